"""Prints these documents anew: python tests/data/prints/make.py. Chromium's own PDFs, as a renderer gets them.

Each shows what Chromium does with some HTML that templates may use; the tests of renderer/pdf start from them.
"""

from __future__ import annotations

import asyncio
import base64
import io
import sys
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from local import chromium  # noqa: E402
from renderer.chromium.browser import Printer  # noqa: E402


def _picture() -> str:
    file = io.BytesIO()
    Image.new("RGB", (8, 10), (200, 80, 60)).save(file, "JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()


_PAGE = (
    "<!doctype html><meta charset=utf-8><title>T</title><style>@page { size: 793px 1123px; margin: 60px;"
    ' @top-left { content: "Running name"; background: #eee }'
    ' @bottom-right { content: "Page " counter(page) " of " counter(pages) } }'
    " html { font: 16px 'Lato', 'Noto Sans Arabic', 'Noto Sans Hebrew', 'Noto Sans Devanagari', 'Noto Sans Thai',"
    " 'Noto Sans CJK SC', 'Noto Color Emoji' } </style>"
)

DOCUMENTS = {
    "structure": f"""<html lang=en>{_PAGE}<h2>First</h2><h4>Skips one</h4><h1>Top</h1><h3>Skips again</h3><h2>Two</h2>
<div role=heading aria-level=9>Deep</div>
<ul><li>plain<li><p>one</p><p>two</p><li><b>bold</b> and <a href="https://example.com/a%20b">a link</a></ul>
<ul style="list-style: none"><li>no marker<li style="border: 1px solid red">boxed
<li><a href="mailto:a@example.com">mail</a><li>a <a href="tel:+4930123">b</a></ul>
<ul><p>no item</p><li>item</ul><li>no list</li><ol><li>nested<ul><li>x</ul></ol>
<figure><img src="{_picture()}" alt="A face"><figcaption>caption</figcaption></figure><img src="{_picture()}">
<aside>aside <em>em</em> <strong>strong</strong></aside><p lang=de>deutsch</p>
<p style="break-before: page">On the second page <a href="#there">there</a> <a aria-hidden=true
href="https://x.example">no link</a></p><div id=there>there</div>""",
    "table": f"""<html lang=en>{_PAGE}<h1>T</h1><table><caption>c</caption><thead><tr><th>a<th>b</thead>
<tbody><tr><td>1<td>2<tr><td colspan=2>3</tbody></table><table><tr><th>r<td>v<tr><th>s<td>w</table>""",
    "layers": f"""<html lang=en>{_PAGE}<body style="background: linear-gradient(#fff, #eee)"><h1>Top</h1>
<div style="opacity: .5">half <b>there</b><ul><li>in a layer</ul></div>
<div style="mix-blend-mode: multiply">blend</div><div style="transform: rotate(3deg)">turned</div>
<div style="position: fixed; top: 0; right: 0; width: 30px; height: 100%; background: #abc"></div>
<p style="break-before: page; box-shadow: 0 0 5px #000; border-radius: 5px">second</p>""",
    "right-to-left": f"""<html lang=ar dir=rtl>{_PAGE}<h1>ليلى منصور</h1><p>لا إله إلا الأداء (2020–2024) أولى</p>
<p>عمّان فرقًا</p><p lang=fa>زاینده‌رود و خانه‌ها</p><p lang=he>חוקרת נתונים (בדיקה) ב-Python</p>""",
    "indic": f"""<html lang=hi>{_PAGE}<h1>अनीता शर्मा</h1><p>सॉफ़्टवेयर इंजीनियर क्षत्रिय विद्यार्थी श्रीवास्तव</p>
<p lang=th>สวัสดีครับ ผู้เชี่ยวชาญ เพิ่มยอด ริเริ่ม ที่ปรึกษา</p>""",
    "emoji": f"""<html lang=en>{_PAGE}<h1>Zoë 🦊</h1><p>👩🏽‍💻 🇬🇧 ❤️ 1️⃣ 🗺️ office ☎</p>""",
    "cjk": f"""<html lang=ja>{_PAGE}<h1>山田</h1><p>小林 王 김민수</p>""",
    "blank": "<!doctype html><title>T</title><body style='background: #eee; height: 200px'>",
}


async def main() -> None:
    printer = Printer(chromium.require())
    await printer.start()
    try:
        for name, html in DOCUMENTS.items():
            (HERE / f"{name}.pdf").write_bytes(await printer.print(html))
    finally:
        await printer.stop()


if __name__ == "__main__":
    asyncio.run(main())
