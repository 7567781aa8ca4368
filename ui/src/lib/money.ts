/** Formats whole fen as `¥5.10`, without any rounding. Accepts both JSON representations of an i64. */
export function yuan(fen: number | bigint): string {
  const value = BigInt(fen);
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(3, '0');
  return `${sign}¥${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Parses an amount to fen (`40`, `5.1`, `￥40.00`, full-width digits too); undefined if it is not one. */
export function fenFrom(text: string): number | undefined {
  const plain = text.normalize('NFKC').replace(/[¥\s,元]/g, '');
  if (!/^\d{1,7}(\.\d{0,2})?$/.test(plain)) return undefined;
  const [whole = '0', part = ''] = plain.split('.');
  return Number(whole) * 100 + Number(part.padEnd(2, '0'));
}
