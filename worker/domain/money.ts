/**
 * A decimal text in whole hundredths, digit by digit; what is finer than that is rounded, half away from zero. Null where
 * the text is no decimal number.
 */
export function minorUnits(decimal: string): number | null {
  const parts = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(decimal.trim())
  if (parts === null) return null
  const [, sign = '', whole = '', fraction = ''] = parts
  const digits = fraction.padEnd(3, '0')
  const minor = Number(`${whole}${digits.slice(0, 2)}`) + (digits.charAt(2) >= '5' ? 1 : 0)
  return sign === '-' ? -minor : minor
}
