/** A number as a cell writes it, or the code of what is wrong with it and what to do. */
export type ReadNumber = number | { code: string; message: string }

const most = 10_000_000

/**
 * A whole number of licences. What may be one or a thousand is not guessed.
 *
 * @param text not empty
 */
export function readNumber(text: string): ReadNumber {
  const quoted = `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`
  const fault = (code: string, what: string) => ({ code, message: `${quoted} ${what}` })
  const plain = text.replace(/^\+/, '')

  if (/^[-−–]\s*[\d.,]+$|^\([\d.,]+\)$/.test(plain)) {
    return fault('negative_number', 'is below zero. Write how many are in use, or 0.')
  }
  const [, whole, separator = '', digits = ''] = /^(\d+)(?:([.,])(\d+))?$/.exec(plain) ?? []
  if (whole === undefined) {
    return /^\d{1,3}(?:[., '’\u00a0\u202f]\d{3})+$/.test(plain)
      ? fault('ambiguous_number', 'has separators. Write the digits alone, like 1000.')
      : fault('not_a_number', 'is no whole number. Write the digits alone.')
  }
  if (separator !== '' && digits.length === 3) {
    return fault(
      'ambiguous_number',
      'may be a thousand times as much or not. Write the digits alone, like 1000.',
    )
  }
  if (/[1-9]/.test(digits)) return fault('fractional_number', 'is a fraction. Licences are whole.')
  const number = Number(whole)
  return number > most
    ? fault('number_too_large', `is more than ${most}. Is the column the right one?`)
    : number
}
