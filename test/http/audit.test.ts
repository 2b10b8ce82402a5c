import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Api, apiOf, faultsOf, itemsOf, nextCursorOf } from '../support/api.ts'
import { emptied } from '../support/emptied.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let api: Api
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})
beforeEach(() => emptied(stack.db()))

interface Entry {
  who?: string
  subject?: string
  before?: unknown
  after?: unknown
}

/** Puts entries down, one a minute. */
async function noted(...entries: Entry[]): Promise<void> {
  const { audit } = await stack.deps()
  for (const [minute, entry] of entries.entries()) {
    const at = new Date(Date.UTC(2026, 2, 2, 9, minute)).toISOString()
    await audit.add({
      at,
      who: 'jdoe (cw)',
      subject: 'setting approval',
      before: null,
      after: null,
      ...entry,
    })
  }
}

const search = (text: string) => api.get(`/api/audit?search=${encodeURIComponent(text)}`)
const asCsv = async (query = '') => {
  const answer = await api.get(`/api/audit${query}`, { headers: { accept: 'text/csv' } })
  return { ...answer, lines: String(answer.body).trimEnd().split('\r\n') }
}

describe('a search', () => {
  const entries = [
    { who: 'Anna (cw)', subject: 'company ksc/4f0c' },
    { subject: 'product cw/edr-optimum', before: { all: '501' }, after: { all: '502' } },
    { subject: 'setting dailyRunAt', before: '03:00', after: '04:15' },
    { subject: 'connection 100%_sure', after: { name: 'Müller' } },
  ]

  test.each<[string, string[]]>([
    ['anna', ['company ksc/4f0c']],
    ['4F0C', ['company ksc/4f0c']],
    ['501', ['product cw/edr-optimum']],
    ['502', ['product cw/edr-optimum']],
    ['04:15', ['setting dailyRunAt']],
    ['Müller', ['connection 100%_sure']],
    ['%', ['connection 100%_sure']],
    ['_', ['connection 100%_sure']],
    ['ksc/_f0c', []],
    ["' OR 1=1 --", []],
    ['cw', entries.map(({ subject }) => subject).toReversed()],
  ])('for %j finds it in who, subject, before and after, newest first', async (text, subjects) => {
    await noted(...entries)

    const found = itemsOf(await search(text)).map(({ subject }) => subject)

    expect(found).toEqual(subjects)
  })

  test('goes on page by page among what it finds', async () => {
    await noted({ subject: 'run a' }, { subject: 'other' }, { subject: 'run b' }, { subject: 'run c' })

    const first = await api.get('/api/audit?search=run&limit=2')
    const second = await api.get(`/api/audit?search=run&limit=2&cursor=${nextCursorOf(first)}`)

    expect(itemsOf(first).map(({ subject }) => subject)).toEqual(['run c', 'run b'])
    expect(itemsOf(second).map(({ subject }) => subject)).toEqual(['run a'])
    expect(nextCursorOf(second)).toBeNull()
  })

  test('for more than 200 characters is refused', async () => {
    const answer = await search('x'.repeat(201))

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)).toEqual(['search: too_long'])
  })
})

describe('as CSV', () => {
  test('an entry is a row, with text as text and the rest as JSON', async () => {
    await noted(
      { subject: 'setting dailyRunAt', before: '03:00', after: '04:15' },
      { who: '=HYPERLINK("x")', subject: 'change 7', after: { state: 'planned' } },
    )

    const { lines, headers } = await asCsv()

    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(headers.get('content-disposition')).toBe('attachment; filename="audit.csv"')
    expect(lines).toEqual([
      'at,who,subject,before,after',
      '2026-03-02T09:01:00.000Z,"\'=HYPERLINK(""x"")",change 7,,"{""state"":""planned""}"',
      '2026-03-02T09:00:00.000Z,jdoe (cw),setting dailyRunAt,03:00,04:15',
    ])
  })

  test('all entries come, however many pages they are, and only those that are searched for', async () => {
    await stack
      .db()
      .prepare(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
         INSERT INTO audit (at, who, subject) SELECT '2026-03-02T09:00:00.000Z', 'jdoe (cw)', 'change ' || i FROM n`,
      )
      .run()

    const all = await asCsv()
    const some = await asCsv('?search=change+11')

    expect(all.lines).toHaveLength(1201)
    expect(new Set(all.lines).size).toBe(1201)
    expect(all.lines.at(-1)).toContain('change 1,')
    // 11, 110 to 119 and 1100 to 1199
    expect(some.lines).toHaveLength(1 + 1 + 10 + 100)
  })

  test('where there is nothing, only the names of the columns come', async () => {
    expect((await asCsv()).lines).toEqual(['at,who,subject,before,after'])
  })
})
