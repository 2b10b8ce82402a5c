import { refusedFile } from '../../../domain/report-problem.ts'

export type FileKind = 'utf-8' | 'utf-16le' | 'utf-16be' | 'xlsx'

/** So many bytes tell what a file is. */
export const headBytes = 4_096

/**
 * What a file is by its first bytes, whatever its name or media type says: text in one of these encodings, or a workbook.
 *
 * @throws ReportRefused where it is neither
 */
export function fileKind(head: Uint8Array): FileKind {
  if (head.length === 0) throw refusedFile('empty_file', 'The file is empty. Is it the right one?')
  if (begins(head, [0xff, 0xfe])) return 'utf-16le'
  if (begins(head, [0xfe, 0xff])) return 'utf-16be'
  if (begins(head, [0x50, 0x4b, 0x03, 0x04])) return 'xlsx'
  for (const [signature, what] of signatures) if (begins(head, signature)) throw otherFile(what)
  const text = new TextDecoder('latin1').decode(head).trimStart().toLowerCase()
  if (/^(ï»¿)?(<!doctype|<html|<\?xml|<)/.test(text)) throw otherFile('a web page or an XML file')
  if (/^(ï»¿)?[[{]/.test(text)) throw otherFile('a JSON file')
  return textKind(head)
}

function begins(head: Uint8Array, signature: number[]): boolean {
  return signature.every((byte, at) => head[at] === byte)
}

const signatures: [number[], string][] = [
  [[0xd0, 0xcf, 0x11, 0xe0], 'a workbook of the old form (.xls), or one with a password'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
  [[0x89, 0x50, 0x4e, 0x47], 'a picture'],
  [[0xff, 0xd8, 0xff], 'a picture'],
  [[0x47, 0x49, 0x46, 0x38], 'a picture'],
  [[0x1f, 0x8b], 'a packed file'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a packed file'],
  [[0x50, 0x4b, 0x05, 0x06], 'an empty ZIP file'],
]

function otherFile(what: string) {
  return refusedFile(
    'wrong_file',
    `This is ${what}. Save the report as CSV (UTF-8) or as an Excel workbook (.xlsx) without a password.`,
  )
}

/** Text without a mark in front: where every other byte is zero, it has two bytes a letter. */
function textKind(head: Uint8Array): FileKind {
  const zeros = [0, 0]
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  if (even === 0 && odd === 0) {
    if (head.some((byte) => byte < 9)) throw otherFile('no text')
    return 'utf-8'
  }
  const letters = head.length / 2
  if (odd > letters / 2 && even < letters / 10) return 'utf-16le'
  if (even > letters / 2 && odd < letters / 10) return 'utf-16be'
  throw otherFile('no text')
}
