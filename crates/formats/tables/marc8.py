#!/usr/bin/env python3
"""Makes src/marc/charset/marc8.bin, the code tables of MARC-8.

The facts: "MARC 21 Specifications for Record Structure, Character Sets, and Exchange Media", code tables,
Library of Congress (https://www.loc.gov/marc/specifications/specchartables.html), as Debian's package
libmarc-charset-perl carries them. Run it again only when those tables change:

    apt-get install libmarc-charset-perl && python3 crates/formats/tables/marc8.py

Shape, all numbers big-endian:
    u8              number of one-byte sets
    per set         final byte of its escape sequence, then 96 x u16: the character of code 20..7F (the high
                    bit of the code is left out), 0 where there is none
    u16             number of rows of EACC
    per row         first two bytes of the code, u16 number of the row's first cell
    per cell        third byte, u24 character; in the order of the codes, to the end of the file
Private-use characters are replaced by the substitute that the Library of Congress names.
"""
import pathlib
import struct
import subprocess

DUMP = """
my $db = MARC::Charset::Table->new->db;
while (my ($k, $v) = each %$db) {
  my $c = thaw($v);
  print join("\\t", $c->{marc}, $c->{charset}, $c->{ucs} || "", $c->{alt} || ""), "\\n";
}
"""
EACC = 0x31


def private(code):
    return 0xE000 <= code < 0xF900


def tables():
    command = ["perl", "-MMARC::Charset::Table", "-MMARC::Charset::Code", "-MStorable=thaw", "-e", DUMP]
    sets = {}
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        marc, charset, ucs, alt = line.split("\t")
        code = int(ucs, 16) if ucs else 0
        # halves of a ligature stay halves: a record has them one by one, and the Library of Congress writes so
        if (not code or private(code) or alt.startswith("FE2")) and alt:
            code = int(alt, 16)
        if code:
            sets.setdefault(int(charset, 16), {})[int(marc, 16)] = code
    return sets


def main():
    sets = tables()
    eacc = sets.pop(EACC)
    out = bytearray([len(sets)])
    for final, codes in sorted(sets.items()):
        cells = [0] * 96
        for code, character in codes.items():
            # 88, 89, 8D, 8E of extended Latin are controls and stand in the program
            if code & 0x7F >= 0x20:
                cells[(code & 0x7F) - 0x20] = character
        out.append(final)
        out += struct.pack(">96H", *cells)
    rows = sorted({code >> 8 for code in eacc})
    out += struct.pack(">H", len(rows))
    cells = bytearray()
    for row in rows:
        out += struct.pack(">HH", row, len(cells) // 4)
        for code in sorted(code for code in eacc if code >> 8 == row):
            cells += bytes([code & 0xFF]) + eacc[code].to_bytes(3, "big")
    path = pathlib.Path(__file__).resolve().parent.parent / "src/marc/charset/marc8.bin"
    path.write_bytes(out + cells)
    print(f"{path}: {len(out + cells)} bytes, {len(sets)} sets, {len(eacc)} codes of EACC in {len(rows)} rows")


if __name__ == "__main__":
    main()
