"""Draws the permit of `benches/papers.rs` with ReportLab and with WeasyPrint and prints all three side by side.

Same words, faces, photograph, code and page; neither tags, archives nor signs. In their favour: the code in the corner
is drawn for them, and fonts and pictures are opened once where the library allows it.
"""

import html
import io
import json
import logging
import re
import sys
import time
from pathlib import Path

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, HRFlowable, Image, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

FOLDER = Path(sys.argv[1])
SHEET = json.loads((FOLDER / "sheet.json").read_text())
NAMES = ["Jaya", "Kusuma", "Wibowo", "Zulfa", "Qadri"]
TIMES_REPORTLAB, TIMES_WEASYPRINT = 5.0, 25.0
PHOTO_FILE = str(FOLDER / "photo.jpg")
BARS = [tuple(map(int, bar)) for bar in re.findall(r"M(\d+) (\d+)h(\d+)v1", SHEET["qr"]["path"])]


def of_holder(at):
    """The permit of another holder, as the other bench has it."""
    return SHEET | {
        "number": f"503/{at:04}/SIPA/DPMPTSP/2026",
        "holder_name": f"{SHEET['holder_name']} {NAMES[at % 5]}",
        "document_id": f"0193-5EED-0000-{at:04}",
    }


def signer_lines(sheet):
    labels, signer = sheet["labels"], sheet["signer"]
    return [
        f"{labels['made_in']} {sheet['place']}",
        f"{labels['dated']} {sheet['dated']}",
        signer["position"],
        labels["signed"],
        signer["name"],
        signer["rank"],
        f"{labels['nip']} {signer['nip']}",
    ]


# --- ReportLab -------------------------------------------------------------------------------------------------

pdfmetrics.registerFont(TTFont("Noto", str(FOLDER / "NotoSans-Regular.ttf")))
pdfmetrics.registerFont(TTFont("NotoBold", str(FOLDER / "NotoSans-Bold.ttf")))
BODY = ParagraphStyle("body", fontName="Noto", fontSize=9.6, leading=12.8, alignment=TA_JUSTIFY)
MIDDLE = ParagraphStyle("middle", parent=BODY, alignment=TA_CENTER)
SMALL = ParagraphStyle("small", parent=MIDDLE, fontSize=8.2, leading=10.9)
HEAD = ParagraphStyle("head", parent=MIDDLE, fontSize=13, leading=17.3)
STRONG = ParagraphStyle("strong", parent=HEAD, fontName="NotoBold")
GRID = TableStyle([
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.3, "#C7D4CF"),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
])
PLAIN = TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])


class Code(Flowable):
    """The code as one path of rectangles."""

    def __init__(self):
        super().__init__()
        self.width = self.height = 30 * mm

    def draw(self):
        module = self.width / SHEET["qr"]["side"]
        path = self.canv.beginPath()
        for x, y, length in BARS:
            path.rect(x * module, self.height - (y + 1) * module, length * module, module)
        self.canv.drawPath(path, stroke=0, fill=1)


def decorate(canvas, sheet):
    canvas.saveState()
    canvas.setFillColorRGB(0.97, 0.875, 0.865)
    canvas.setFont("NotoBold", 110)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(50)
    canvas.drawCentredString(0, 0, sheet["mark"])
    canvas.restoreState()
    foot = Paragraph(" ".join(sheet["footer"]), SMALL)
    _, height = foot.wrap(A4[0] - 40 * mm, 40 * mm)
    foot.drawOn(canvas, 20 * mm, 14 * mm)
    canvas.setFont("Noto", 7)
    canvas.drawString(20 * mm, 10 * mm, f"{sheet['labels']['document_id']} {sheet['document_id']}")


def reportlab_permit(sheet):
    labels, head = sheet["labels"], sheet["letterhead"]
    story = [Paragraph(head["government"], HEAD)]
    story += [Paragraph(line, STRONG) for line in head["agency_lines"]]
    story += [Paragraph(head["address"], SMALL), HRFlowable(width="100%", thickness=2.2, color="black")]
    story += [Spacer(1, 4 * mm)] + [Paragraph(f"<u>{line}</u>", STRONG) for line in sheet["title"]]
    story += [Paragraph(f"{labels['number']} {sheet['number']}", MIDDLE), Spacer(1, 3 * mm)]
    clauses = [[Paragraph(labels["basis"] if at == 0 else "", BODY), f"{at + 1}.", Paragraph(text, BODY)]
               for at, text in enumerate(sheet["basis"])]
    clause_table = Table(clauses, colWidths=[25 * mm, 6 * mm, 139 * mm], style=PLAIN)
    story += [clause_table, Spacer(1, 2 * mm), Paragraph(labels["granted_to"], MIDDLE)]
    story += [Paragraph(f"<u>{sheet['holder_name']}</u>", STRONG), Spacer(1, 3 * mm)]
    rows = sheet["rows"] + [[labels["validity"], sheet["validity"]]]
    story += [Table([[Paragraph(a, BODY), Paragraph(b, BODY)] for a, b in rows],
                    colWidths=[47 * mm, 123 * mm], style=GRID), Spacer(1, 3 * mm)]
    story += [Table([[Paragraph(a, BODY), Paragraph(b, BODY)] for a, b in sheet["dictum"]],
                    colWidths=[25 * mm, 145 * mm], style=PLAIN), Spacer(1, 4 * mm)]
    signer = [Paragraph(line, BODY) for line in signer_lines(sheet)]
    story += [Table([[Image(PHOTO_FILE, 30 * mm, 40 * mm), Code(), signer]],
                    colWidths=[34 * mm, 60 * mm, 76 * mm], style=PLAIN)]
    story += [Paragraph(labels["copies"], SMALL)]
    story += [Paragraph(f"{at + 1}. {copy}", SMALL) for at, copy in enumerate(sheet["copies"])]
    out = io.BytesIO()
    page = SimpleDocTemplate(out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=13 * mm,
                             bottomMargin=24 * mm, title=f"{sheet['title'][0]} {sheet['number']}", pageCompression=1)
    page.build(story, onFirstPage=lambda canvas, _: decorate(canvas, sheet))
    return out.getvalue()



# --- WeasyPrint ------------------------------------------------------------------------------------------------

FONTS = FontConfiguration()
STYLE = CSS(string=f"""
@font-face {{ font-family: Noto; src: url(file://{FOLDER}/NotoSans-Regular.ttf) }}
@font-face {{ font-family: Noto; font-weight: bold; src: url(file://{FOLDER}/NotoSans-Bold.ttf) }}
@page {{ size: A4; margin: 13mm 20mm 9mm }}
body {{ font: 9.6pt/1.33 Noto; margin: 0 }}
p, h1, h2 {{ margin: 0; text-align: center }} h1 {{ font-size: 13pt }} h2 {{ font-size: 13.5pt }}
h1.title, h2 {{ text-decoration: underline }} hr {{ border: 0; border-top: 2.2pt solid; margin: 2mm 0 4mm }}
table {{ width: 100%; border-collapse: collapse; margin: 2mm 0 }} td {{ vertical-align: top; padding: 1.5pt 0 }}
.rows td {{ border-bottom: .3pt solid #C7D4CF }} .clauses td {{ text-align: justify }} .small {{ font-size: 8.2pt }}
.mark {{ position: fixed; top: 110mm; left: 10mm; font: bold 110pt Noto; color: #F7DFDC; transform: rotate(-50deg);
z-index: -1 }} .foot {{ position: fixed; bottom: 0 }}
""", font_config=FONTS)


def weasyprint_permit(sheet):
    labels, head, text = sheet["labels"], sheet["letterhead"], html.escape

    def table(rows, kind):
        cells = ("".join(f"<td>{text(cell)}</td>" for cell in row) for row in rows)
        return f'<table class="{kind}">' + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"

    clauses = [[labels["basis"] if at == 0 else "", f"{at + 1}.", line] for at, line in enumerate(sheet["basis"])]
    side, path = SHEET["qr"]["side"], SHEET["qr"]["path"]
    code = f'<svg width="30mm" height="30mm" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>'
    parts = [
        f'<div class="mark">{text(sheet["mark"])}</div><p style="font-size:13pt">{text(head["government"])}</p>',
        *[f"<h1>{text(line)}</h1>" for line in head["agency_lines"]],
        f'<p class="small">{text(head["address"])}</p><hr>',
        *[f'<h1 class="title">{text(line)}</h1>' for line in sheet["title"]],
        f"<p>{text(labels['number'])} {text(sheet['number'])}</p>",
        table(clauses, "clauses"),
        f"<p>{text(labels['granted_to'])}</p><h2>{text(sheet['holder_name'])}</h2>",
        table(sheet["rows"] + [[labels["validity"], sheet["validity"]]], "rows"),
        table(sheet["dictum"], "clauses"),
        f'<table><tr><td><img src="photo.jpg" style="width:30mm;height:40mm"></td><td>{code}</td><td>',
        "<br>".join(map(text, signer_lines(sheet))),
        f'</td></tr></table><p class="small">{text(labels["copies"])}</p>',
        *[f'<p class="small">{at + 1}. {text(copy)}</p>' for at, copy in enumerate(sheet["copies"])],
        f'<p class="small foot">{text(" ".join(sheet["footer"]))}<br>{text(sheet["document_id"])}</p>',
    ]
    return HTML(string="<!doctype html><meta charset=utf-8>" + "".join(parts), base_url=f"{FOLDER}/").write_pdf(
        stylesheets=[STYLE], font_config=FONTS)


def measure(name, draw, pages):
    draw(SHEET)
    sheets = [of_holder(at) for at in range(pages)]
    before = time.process_time()
    largest = max(len(draw(sheet)) for sheet in sheets)
    rate = pages / (time.process_time() - before)
    (FOLDER / f"{name}.pdf").write_bytes(draw(SHEET))
    return rate, largest


def main():
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    ours = json.loads((FOLDER / "loket.json").read_text())
    reportlab = measure("reportlab", reportlab_permit, 60)
    weasyprint = measure("weasyprint", weasyprint_permit, 12)
    print(f"\n{'':34}{'pages/s':>9}{'bytes':>9}{'Loket is':>10}{'wanted':>8}")
    print(f"{'Loket, PDF/A, tagged, sealed':34}{ours['per_second']:9.1f}{ours['bytes']:9}{'':>10}")
    missed = False
    for name, (rate, size), wanted in [("ReportLab, unsigned", reportlab, TIMES_REPORTLAB),
                                       ("WeasyPrint, unsigned", weasyprint, TIMES_WEASYPRINT)]:
        times = ours["per_second"] / rate
        missed |= times < wanted
        print(f"{name:34}{rate:9.1f}{size:9}{times:9.1f}x{wanted:7.0f}x")
    print(f"{'Loket checks one that is handed in':34}{1000 / ours['check_ms']:9.1f}{'':19}{ours['check_ms']:.2f} ms")
    return int(missed)


sys.exit(main())
