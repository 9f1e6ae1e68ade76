"""The metadata of a document: the information dictionary and the XMP packet, which have to say the same.

PDF/A-2 (ISO 19005-2, 6.6.2) names the pairs: Title and dc:title, Author and dc:creator, Subject and dc:description,
Keywords and pdf:Keywords, Creator and xmp:CreatorTool, Producer and pdf:Producer. There are no dates: the same job
gives the same bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

CREATOR: Final = "pdf-export"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says of itself. `language` is a BCP 47 tag; an empty text is left out."""

    title: str
    author: str
    subject: str = ""
    keywords: tuple[str, ...] = ()
    language: str = "en"


def information(metadata: Metadata, producer: str) -> dict[str, str]:
    """The entries of the information dictionary that hold something."""
    entries = {
        "/Title": metadata.title,
        "/Author": metadata.author,
        "/Subject": metadata.subject,
        "/Keywords": ", ".join(metadata.keywords),
        "/Creator": CREATOR,
        "/Producer": producer,
    }
    return {name: value for name, text in entries.items() if (value := _plain(text))}


def packet(information: dict[str, str], metadata: Metadata) -> bytes:
    """The XMP packet (ISO 16684-1, UTF-8) that goes with an information dictionary."""
    simple = {
        "pdf:Keywords": information.get("/Keywords", ""),
        "pdf:Producer": information.get("/Producer", ""),
        "xmp:CreatorTool": information.get("/Creator", ""),
    }
    lists = [
        _list("dc:title", "Alt", [information.get("/Title", "")]),
        _list("dc:creator", "Seq", [information.get("/Author", "")]),
        _list("dc:description", "Alt", [information.get("/Subject", "")]),
        _list("dc:subject", "Bag", [_plain(keyword) for keyword in metadata.keywords]),
        _list("dc:language", "Bag", [_plain(metadata.language)]),
    ]
    texts = [f"<{name}>{escape(text)}</{name}>" for name, text in simple.items() if text]
    return (_HEAD + "".join(lists) + "".join(texts) + _TAIL).encode()


def _list(name: str, kind: str, texts: list[str]) -> str:
    language = ' xml:lang="x-default"' if kind == "Alt" else ""
    items = "".join(f"<rdf:li{language}>{escape(text)}</rdf:li>" for text in texts if text)
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>" if items else ""


def _plain(text: str) -> str:
    """The text on one line, without what XML 1.0 cannot hold."""
    return " ".join(_NOT_XML.sub("", text).split())


_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# PDF/A takes the properties of pdfuaid only when an extension schema declares them (6.6.2.3).
_HEAD: Final = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about=""'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/"'
    ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"'
    ' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"'
    ' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>"
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    "<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    "<pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>Part of ISO 14289 that the document conforms to</pdfaProperty:description>"
    "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>"
)
_TAIL: Final = '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
