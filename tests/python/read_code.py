"""Reads the QR code of a picture with zxing-cpp: `read_code.py PICTURE.png` prints its text, or nothing."""

import sys

import zxingcpp
from PIL import Image

for code in zxingcpp.read_barcodes(Image.open(sys.argv[1])):
    print(code.text)
