import { Unzip, UnzipInflate } from 'fflate'
import { refusedFile } from '../../../domain/report-problem.ts'

/** Unpacking so much at a time gives at most a thousand times as much. */
const sliceBytes = 16_384

/** All that a workbook may come to; one that says so little with so much is made to do harm. */
const mostBytes = 1_000_000_000

/**
 * The text of the files in a ZIP whose name is wanted, piece by piece in the order in which they are stored.
 *
 * @throws ReportRefused
 */
export function* unpacked(
  packed: Uint8Array,
  isWanted: (name: string) => boolean,
): Generator<{ name: string; text: string }> {
  let pieces: { name: string; text: string }[] = []
  let bytes = 0
  let fault: unknown = null
  const unzip = new Unzip((file) => {
    if (!isWanted(file.name)) return
    const decoding = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
    file.ondata = (error, data, isLast) => {
      fault ??= error
      if (fault !== null) return
      bytes += data.length
      pieces.push({ name: file.name, text: decoding.decode(data, { stream: !isLast }) })
    }
    file.start()
  })
  unzip.register(UnzipInflate)

  for (let at = 0; at < packed.length; at += sliceBytes) {
    const end = Math.min(at + sliceBytes, packed.length)
    try {
      unzip.push(packed.subarray(at, end), end === packed.length)
    } catch (error) {
      fault ??= error
    }
    if (fault !== null) {
      throw refusedFile(
        'unreadable_file',
        'The workbook is damaged or was cut off. Save it again, and send it once more.',
      )
    }
    if (bytes > mostBytes) {
      throw refusedFile(
        'file_too_large',
        'The workbook is far larger than it looks. Save it as CSV (UTF-8) instead.',
      )
    }
    const found = pieces
    pieces = []
    yield* found
  }
}
