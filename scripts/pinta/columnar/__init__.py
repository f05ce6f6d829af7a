"""Records checked and tabulated by the column: a block of lines at a time, in Arrow, numpy and other compiled code.

Everything here is a faster way to what `checks` and `tables` say of one document, and is held to them by tests. It may
refuse a record that is fine, which costs time; it may never accept one in which a check would find something.
"""
