import { zipSync } from 'fflate'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ReportRefused } from '../../../../worker/domain/report-problem.ts'
import { rowsOfFile } from '../../../../worker/sources/hub/file/report-file.ts'
import {
  csvFile,
  type Encoding,
  encoded,
  inChunks,
  workbookParts,
  xlsxFile,
  zipped,
  zippedAsStream,
} from '../../../support/report-files.ts'

async function read(bytes: Uint8Array, chunk = 4_096): Promise<[row: number, ...cells: string[]][]> {
  const rows: [number, ...string[]][] = []
  for await (const piece of rowsOfFile(inChunks(bytes, chunk))) {
    for (const { number, cells } of piece) {
      rows.push([number, ...cells.map(({ text, isFormula }) => (isFormula ? `formula ${text}` : text))])
    }
  }
  return rows
}

async function refusal(bytes: Uint8Array) {
  try {
    await read(bytes)
  } catch (error) {
    if (error instanceof ReportRefused) return error.problems[0]
    throw error
  }
  throw new Error('it was read')
}

const text = (content: string, encoding: Encoding = 'utf-8') => encoded(content, encoding)

describe('text', () => {
  const encodings: Encoding[] = ['utf-8', 'utf-8 with mark', 'utf-16le', 'utf-16be']

  test('is read back whatever its delimiter, encoding and line ends are, and wherever chunks are cut', async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        '',
        'Müller & Söhne',
        'a "b"',
        'x;y',
        'p,q',
        '1',
        '東京',
        '🙂',
        'two\nlines',
        't\tab',
        'a|b',
      ),
      fc.stringMatching(/^[a-z]{1,6}$/),
    )
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
      )
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\r\n', '\n'),
        fc.constantFrom(...encodings),
        fc.integer({ min: 1, max: 40 }),
        async (rows, delimiter, lineEnd, encoding, chunk) => {
          const header = rows[0]?.map((_, at) => `column ${at}`) ?? []
          const named = `sep=${delimiter}${lineEnd}`
          const file = encoded(
            named + new TextDecoder().decode(csvFile([header, ...rows], { delimiter, lineEnd })),
            encoding,
          )

          const found = await read(file, chunk)

          const filled = rows.flatMap((row, at) => (row.some((one) => one !== '') ? [[at + 2, ...row]] : []))
          expect(found).toEqual([[1, ...header], ...filled])
        },
      ),
      { numRuns: 60 },
    )
  })

  test.each([',', ';', '\t', '|'])('is told apart by %j without being told so', async (delimiter) => {
    const rows = [
      ['Kunde', 'Anzahl'],
      ['Müller, Söhne; Co', '5'],
    ]

    expect(await read(csvFile(rows, { delimiter, lineEnd: '\r' }))).toEqual([
      [1, 'Kunde', 'Anzahl'],
      [2, 'Müller, Söhne; Co', '5'],
    ])
  })

  test('may have two bytes a letter and no mark', async () => {
    expect(await read(text('Kunde\tAnzahl\nAnna\t5', 'utf-16le').slice(2))).toEqual([
      [1, 'Kunde', 'Anzahl'],
      [2, 'Anna', '5'],
    ])
  })

  test('may lack cells at the end, and have empty rows in between', async () => {
    expect(await read(text('a,b,c\n\n1\n,,\n2,3\n'))).toEqual([
      [1, 'a', 'b', 'c'],
      [3, '1', '', ''],
      [5, '2', '3', ''],
    ])
  })

  test('with more cells than the header is refused with its row', async () => {
    expect(await refusal(text('a,b\n1,2\n3,4,5'))).toMatchObject({ code: 'too_many_cells', row: 3 })
  })

  test('with a quotation mark that is never closed is refused with its row', async () => {
    expect(await refusal(text('a,b\n1,2\n3,"4\n5,6'))).toMatchObject({ code: 'unclosed_quote', row: 3 })
    const long = text(`a,b\n1,"${'x'.repeat(200_000)}`)
    expect(await refusal(long)).toMatchObject({ code: 'unclosed_quote', row: 2 })
  })

  test('that goes on and on without a line end is refused', async () => {
    const endless = text(`a,b\n1,${'x'.repeat(200_000)}`)

    expect(await refusal(endless)).toMatchObject({ code: 'row_too_long', row: 2 })
  })

  test('in another encoding is refused with its row and what to do', async () => {
    const windows = new Uint8Array(Buffer.from('Kunde,Anzahl\nAnna,5\nMüller,7', 'latin1'))

    expect(await refusal(windows)).toEqual({
      code: 'wrong_encoding',
      message: expect.stringContaining('CSV UTF-8'),
      row: 3,
      column: null,
    })
  })

  test('with a formula shows which cell it is', async () => {
    expect(await read(text('a,b\n=1+1,2'))).toEqual([
      [1, 'a', 'b'],
      [2, 'formula =1+1', '2'],
    ])
  })
})

describe('a workbook', () => {
  const rows = [
    ['Customer', 'Licence', 'Used', 'Until'],
    ['Müller & Söhne', 'Kaspersky Endpoint Security Cloud', 12, { day: 46_000 }],
    [null, null, null, null],
    ['Birch', null, 0.5, null],
  ]

  test.each([
    ['with a table of texts', {}],
    ['with texts in its cells', { inline: true }],
    ['with prefixed names', { prefix: 'x:' }],
  ])('%s is read', async (_, options) => {
    for (const chunk of [7, 4_096]) {
      expect(await read(xlsxFile(rows, options), chunk)).toEqual([
        [1, 'Customer', 'Licence', 'Used', 'Until'],
        [2, 'Müller & Söhne', 'Kaspersky Endpoint Security Cloud', '12', '2025-12-09'],
        [4, 'Birch', '', '0.5', ''],
      ])
    }
  })

  test('that was written as a stream is read', async () => {
    const parts = workbookParts([{ name: 'Report', rows }])

    expect(await read(zippedAsStream(parts))).toEqual(await read(zipped(parts)))
  })

  test('that counts days from 1904 is understood', async () => {
    const found = await read(xlsxFile([['a'], [{ day: 44_538 }]], { from1904: true }))

    expect(found[1]).toEqual([2, '2025-12-09'])
  })

  test('shows which cells hold a formula, whatever they show', async () => {
    const found = await read(
      xlsxFile([
        ['a', 'b'],
        ['x', { formula: 'SUM(A1:A9)', value: '45' }],
      ]),
    )

    expect(found[1]).toEqual([2, 'x', 'formula 45'])
  })

  test('is read from its first sheet that is not hidden', async () => {
    const parts = workbookParts([
      { name: 'Old', rows: [['old']], hidden: true },
      { name: 'New', rows: [['new']] },
    ])

    expect(await read(zipped(parts))).toEqual([[1, 'new']])
  })

  test('with an empty first sheet, or none to see, says so', async () => {
    const empty = workbookParts([
      { name: 'First', rows: [] },
      { name: 'Second', rows: [['x']] },
    ])
    const hidden = workbookParts([{ name: 'First', rows: [['x']], hidden: true }])

    expect(await refusal(zipped(empty))).toMatchObject({ code: 'empty_sheet' })
    expect(await refusal(zipped(hidden))).toMatchObject({ code: 'no_sheet' })
  })

  test('that is cut off or damaged is refused, never read by half', async () => {
    const whole = xlsxFile(Array.from({ length: 3_000 }, (_, at) => [`Customer ${at * 7919}`, at]))
    const parts = workbookParts([{ name: 'Report', rows: [['a'], ['b'], ['c']] }])
    const sheet = parts['xl/worksheets/sheet1.xml'] ?? ''

    expect(await refusal(whole.slice(0, whole.length / 2))).toMatchObject({ code: 'unreadable_file' })
    expect(
      await refusal(zipped({ ...parts, 'xl/worksheets/sheet1.xml': sheet.slice(0, sheet.length - 30) })),
    ).toMatchObject({ code: 'unreadable_file' })
  })

  test('that would unpack to far more than it is, is refused', async () => {
    const parts = workbookParts([{ name: 'Report', rows: [['a']] }])
    const bomb = {
      ...parts,
      'xl/sharedStrings.xml': `<sst>${`<si><t>${'x'.repeat(1_000)}</t></si>`.repeat(40_000)}</sst>`,
    }

    expect(await refusal(zipped(bomb))).toMatchObject({ code: 'file_too_large' })
  })
})

test.each<[string, Uint8Array, string]>([
  ['nothing', new Uint8Array(), 'empty_file'],
  ['a PDF', text('%PDF-1.7 …'), 'wrong_file'],
  ['a web page', text('\n<!DOCTYPE html><html>'), 'wrong_file'],
  ['JSON', text('{"asOf":"2026-11-24"}'), 'wrong_file'],
  ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), 'wrong_file'],
  ['an old workbook', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'wrong_file'],
  ['a packed file', new Uint8Array([0x1f, 0x8b, 8, 0]), 'wrong_file'],
  ['another ZIP', zipSync({ 'report.csv': text('a,b') }), 'wrong_file'],
  ['control letters', new Uint8Array(200).fill(1), 'wrong_file'],
  ['some other program’s file', new Uint8Array([1, 0, 2, 0, 0, 0, 3, 4]), 'wrong_file'],
])('%s is refused, with words of what it is and what to do', async (_, bytes, code) => {
  const problem = await refusal(bytes)

  expect(problem).toMatchObject({ code, row: null, column: null })
  expect(problem?.message.length).toBeGreaterThan(20)
})

describe('very many rows', () => {
  const line = (at: number) => `c${at},Company ${at},workspace,kes-cloud,user,${at % 90}\n`

  test('of text, 200,000, are read as they come, a piece at a time', async () => {
    let sent = 0
    let readSoFar = 0
    let mostAhead = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent >= 200_000) return controller.close()
        const start = sent === 0 ? 'company_id,company,kind,application,unit,quantity\n' : ''
        controller.enqueue(text(start + Array.from({ length: 500 }, (_, at) => line(sent + at)).join('')))
        sent += 500
        mostAhead = Math.max(mostAhead, sent - readSoFar)
      },
    })

    for await (const piece of rowsOfFile(body)) readSoFar += piece.length

    expect(readSoFar).toBe(200_001)
    expect(mostAhead).toBeLessThanOrEqual(2_000)
  })

  test('of a workbook, 60,000, come in pieces', async () => {
    const rows = [
      ['company', 'quantity'],
      ...Array.from({ length: 60_000 }, (_, at) => [`Customer ${at % 100}`, at % 90]),
    ]
    let most = 0
    let all = 0

    for await (const piece of rowsOfFile(inChunks(xlsxFile(rows), 65_536))) {
      most = Math.max(most, piece.length)
      all += piece.length
    }

    expect(all).toBe(60_001)
    expect(most).toBeLessThan(10_000)
  })

  test('of any kind, more than 300,000, are too many', async () => {
    const rows = text(`a,b\n${'1,2\n'.repeat(300_001)}`)

    expect(await refusal(rows)).toMatchObject({ code: 'too_many_rows' })
  })
})

test('who stops early lets the rest of the file go', async () => {
  let cancelled = false
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(text('a,b\n1,2\n'.repeat(4_000))),
    cancel: () => {
      cancelled = true
    },
  })

  for await (const piece of rowsOfFile(body)) {
    expect(piece.length).toBeGreaterThan(0)
    break
  }

  expect(cancelled).toBe(true)
})
