"""Words, colours and keys for what an annotator sees and has no label set of its own in ``schema/labels``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of region as the screen shows it: titles in both languages, a hint, a colour and a key."""

    id: str
    en: str
    id_: str
    color: str = ""
    hotkey: str = ""

    def title(self, language: str) -> str:
        return self.id_ if language == "id" else self.en


KINDS = (
    Words("request", "Request (word)", "Permintaan (kata)", "#d62728", "w"),
    Words("item", "Item", "Barang", "#ff7f0e", "e"),
    Words("quantity", "Quantity", "Jumlah", "#bcbd22", "r"),
    Words("specification", "Specification", "Spesifikasi", "#8c564b", "t"),
    Words("date", "Date", "Tanggal", "#17becf", "y"),
    Words("claim", "Claim", "Klaim", "#9467bd", "i"),
    Words("stance", "Stance (word)", "Sikap (kata)", "#e377c2", "o"),
    Words("evidence", "Evidence", "Bukti", "#c7c7c7", "p"),
)
"""The kinds of regions besides mentions, in the order of the bar."""

FIELDS: Mapping[str, tuple[str, str]] = {
    "mention_entity": ("Entity: e1, e2 … the same for all its mentions", "Entitas: e1, e2 … sama untuk semua sebutannya"),
    "mention_name": ("Canonical name (once)", "Nama baku (sekali saja)"),
    "mention_wikidata": ("Wikidata: Q…", "Wikidata: Q…"),
    "mention_iso3": ("State code: IDN", "Kode negara: IDN"),
    "mention_metonym": ("Metonym", "Metonim"),
    "item_designation": ("Designation, as in the text", "Nama tipe, seperti dalam teks"),
    "quantity_value": ("Number", "Angka"),
    "quantity_value_max": ("Upper number of a range", "Angka atas rentang"),
    "specification_value": ("Number (none: in words)", "Angka (kosong: kata)"),
    "specification_value_max": ("Upper number of a range", "Angka atas rentang"),
    "date_edtf": ("Date: 2025-10-31, 2025-10, 2025", "Tanggal: 2025-10-31, 2025-10, 2025"),
    "stance_negated": ("Negated", "Dinegasikan"),
}
"""Titles of fields, English and Indonesian. A field without a row here shows the title of its label set, or its name."""

ROLES: Mapping[str, tuple[str, str]] = {
    "requester": ("requester", "peminta"),
    "supplier": ("supplier", "pemasok"),
    "messenger": ("messenger", "pembawa pesan"),
    "attribution_1": ("source nearest to the reader; then 2, 3, …", "sumber terdekat dengan pembaca; lalu 2, 3, …"),
    "item": ("item", "barang"),
    "quantity": ("quantity", "jumlah"),
    "specification": ("specification", "spesifikasi"),
    "date": ("date", "tanggal"),
    "evidence": ("evidence", "bukti"),
    "holder": ("holder", "pemilik sikap"),
    "voiced_by": ("voiced by", "disuarakan oleh"),
    "target": ("target", "sasaran"),
    "author": ("author of the claim", "pembuat klaim"),
}
"""What arrows mean, for the guide beside the text. Arrows themselves are labelled with the names of the slots."""
