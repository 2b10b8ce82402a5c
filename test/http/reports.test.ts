import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type Answer, codeOf, faultsOf, itemsOf, nextCursorOf } from '../support/api.ts'
import { signedIn } from '../support/members.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { dayAgo, reportCsv, withHub } from '../support/reports.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let msp: Msp
let hub: ReturnType<typeof withHub>
beforeAll(async () => {
  stack = await startStack()
})
beforeEach(async () => {
  msp = await openMsp(stack)
  hub = withHub(msp)
})

const ours = reportCsv([
  ['anna', 'kes-cloud', 'user', 25],
  ['ben', 'kes-cloud', 'user', 9],
  ['cleo', 'office-365', 'mailbox', 40],
])

const german = [
  'Kunde;Produkt;Anzahl;Postfächer',
  'Anna GmbH;Kaspersky Endpoint Security Cloud Plus;25;40',
  'Ben AG;Kaspersky Endpoint Security Cloud;9,0;',
].join('\n')

const germanColumns = JSON.stringify({
  company: { column: 'Kunde' },
  application: { column: 'Produkt' },
  quantity: { column: 'Anzahl' },
  mailboxes: { column: 'Postfächer' },
})

const Details = z.array(
  z.object({
    path: z.string(),
    code: z.string(),
    message: z.string().min(1),
    row: z.int().nullable(),
    column: z.string().nullable(),
  }),
)

function placesOf({ body }: Answer) {
  const { error } = z.object({ error: z.object({ code: z.string(), details: Details }) }).parse(body)
  return error.details.map(({ row, column, code }) => [row, column, code])
}

async function history() {
  return itemsOf(await msp.api.get('/api/sources/hub/reports'))
}

async function sources() {
  return itemsOf(await msp.api.get('/api/sources'))
}

describe('a report that is sent by a program', () => {
  test('is taken in, told of, and its companies can be mapped at once', async () => {
    const answer = await hub.put(ours, { fileName: 'november.csv' })

    expect(answer).toMatchObject({
      status: 200,
      body: { report: { id: expect.any(String), asOf: dayAgo(0), companies: 3, rows: 3 } },
    })
    expect(await sources()).toEqual([
      {
        id: 'hub',
        name: 'Business Hub',
        way: 'report',
        ageDays: 0,
        maxAgeDays: 2,
        stale: false,
        today: dayAgo(0),
        report: expect.objectContaining({
          asOf: dayAgo(0),
          receivedBy: 'administrator token',
          fileName: 'november.csv',
          state: 'current',
        }),
      },
    ])
    const tenants = itemsOf(await msp.api.get('/api/tenants?connection=hub'))
    expect(tenants.map(({ id, name, kind }) => [id, name, kind])).toEqual([
      ['hub/anna', 'ANNA', 'workspace'],
      ['hub/ben', 'BEN', 'workspace'],
      ['hub/cleo', 'CLEO', 'workspace'],
    ])
  })

  test('is old by the day that it is of', async () => {
    await hub.put(ours, { asOf: dayAgo(3) })

    expect(await sources()).toMatchObject([{ ageDays: 3, stale: true }])
  })

  test('changes nothing where it is sent again', async () => {
    const first = await hub.put(ours)
    const again = await hub.put(ours)

    expect(again.body).toEqual(first.body)
    expect(await history()).toHaveLength(1)
  })

  test('is refused for a day to come, for no day and for one that does not exist', async () => {
    expect(faultsOf(await hub.put(ours, { asOf: dayAgo(-1) }))).toEqual(['asOf: day_to_come'])
    expect((await hub.put(ours, { asOf: '2026-02-30' })).status).toBe(422)
    await msp.save()
    const without = await msp.api.put('/api/sources/hub/report', undefined, { body: ours })
    expect(without.status).toBe(422)
    expect(await history()).toEqual([])
  })

  test('is refused where no reports are taken', async () => {
    await msp.save()
    const put = (id: string) =>
      msp.api.put(`/api/sources/${id}/report?asOf=${dayAgo(0)}`, undefined, { body: ours })

    expect(codeOf(await put('nothing'))).toBe('connection_not_found')
    expect(codeOf(await put('ksc'))).toBe('connection_not_found')
    msp.setup.hubs.push({ id: 'feed', name: 'Feed', baseUrl: msp.psa.baseUrl })
    await msp.save()
    const toFeed = await put('feed')
    expect([toFeed.status, codeOf(toFeed)]).toEqual([409, 'has_a_feed'])
  })
})

describe('a report with faults', () => {
  test('is refused as a whole, with the row and column of each, and nothing changes', async () => {
    await hub.put(ours)
    const before = await sources()

    const answer = await hub.put(
      reportCsv([
        ['anna', 'kes-cloud', 'user', 30],
        ['ben', 'kes-cloud', 'user', -9],
      ]).replace('30', '3x'),
    )

    expect(answer.status).toBe(422)
    expect(codeOf(answer)).toBe('report_refused')
    expect(placesOf(answer)).toEqual([
      [2, 'quantity', 'not_a_number'],
      [3, 'quantity', 'negative_number'],
    ])
    expect(faultsOf(answer)[0]).toBe('rows[2].quantity: not_a_number')
    expect(await sources()).toEqual(before)
    expect(await history()).toHaveLength(1)
  })

  test('tells of a company that is stated twice, and of two with one id', async () => {
    const twice = await hub.put(
      reportCsv([
        ['anna', 'kes-cloud', 'user', 30],
        ['ben', 'kes-cloud', 'user', 9],
        ['anna', 'kes-cloud', 'user', 31],
      ]),
    )
    const shared = await hub.put(`${ours}\r\nanna,Other Ltd,workspace,office-365,mailbox,4,,,`)

    expect(placesOf(twice)).toEqual([[4, null, 'duplicate_use']])
    expect(placesOf(shared)).toEqual([[5, null, 'duplicate_company']])
  })

  test('of nothing, or without a row, is refused', async () => {
    expect(placesOf(await hub.put(''))).toEqual([[null, null, 'empty_file']])
    expect(placesOf(await hub.put(reportCsv([])))).toEqual([[null, null, 'no_rows']])
  })

  test('leaves nothing behind in the database', async () => {
    await hub.put(`${ours}\r\nanna,Other Ltd,workspace,office-365,mailbox,4,,,`)

    for (const table of ['report', 'report_company', 'report_use', 'report_item']) {
      const { results } = await stack.db().prepare(`SELECT * FROM ${table}`).run()
      expect(results).toEqual([])
    }
  })
})

describe('a report of somebody else', () => {
  const foreign = reportCsv([
    ['xenia', 'kes-cloud', 'user', 5],
    ['yann', 'kes-cloud', 'user', 6],
  ])

  test('is refused until somebody says that it is ours', async () => {
    await hub.put(ours)

    const refused = await hub.put(foreign)
    const confirmed = await hub.put(foreign, { confirm: 'few_known_companies' })

    expect(placesOf(refused)).toEqual([[null, null, 'few_known_companies']])
    expect(JSON.stringify(refused.body)).toContain('Of the 3 companies that are known here, only 0')
    expect(confirmed.status).toBe(200)
  })

  test('is known by the mapping before any report has come', async () => {
    hub.workspace('anna')
    hub.workspace('ben')

    expect(placesOf(await hub.put(foreign))).toEqual([[null, null, 'few_known_companies']])
    expect((await hub.put(ours)).status).toBe(200)
  })
})

describe('columns of other names', () => {
  test('have to be matched once, and are remembered', async () => {
    const unknown = await hub.put(german)
    const matched = await hub.put(german, { columns: germanColumns })
    const next = await hub.put(german.replace(';25;', ';26;'))

    expect(placesOf(unknown)).toEqual([[null, null, 'columns_unknown']])
    expect(matched).toMatchObject({ status: 200, body: { report: { companies: 2, rows: 2 } } })
    expect(next.status).toBe(200)
    expect(itemsOf(await msp.api.get('/api/tenants?connection=hub')).map(({ name }) => name)).toEqual([
      'Anna GmbH',
      'Ben AG',
    ])
  })

  test('are guessed for a preview, which takes nothing in', async () => {
    await msp.save()
    const preview = (body: string) => msp.api.post('/api/sources/hub/report/preview', undefined, { body })

    const guessed = await preview(german)

    expect(guessed).toMatchObject({
      status: 200,
      body: {
        columns: ['Kunde', 'Produkt', 'Anzahl', 'Postfächer'],
        mapping: JSON.parse(germanColumns),
        remembered: false,
        rows: [
          { row: 2, cells: ['Anna GmbH', 'Kaspersky Endpoint Security Cloud Plus', '25', '40'] },
          { row: 3, cells: ['Ben AG', 'Kaspersky Endpoint Security Cloud', '9,0', ''] },
        ],
        problems: [],
      },
    })
    expect(await history()).toEqual([])

    await hub.put(german, { columns: germanColumns })
    expect(await preview(german)).toMatchObject({ body: { remembered: true } })
  })

  test('that do not exist in the file are told', async () => {
    const columns = JSON.stringify({ ...JSON.parse(germanColumns), quantity: { column: 'Menge' } })

    const answer = await hub.put(german, { columns })

    expect(placesOf(answer)).toEqual([[null, 'Menge', expect.any(String)]])
    expect(faultsOf(await hub.put(german, { columns: '{"company":' }))).toEqual([
      'columns: malformed_columns',
    ])
  })
})

describe('undo', () => {
  test('goes back to the report before, one at a time, and the history tells who did what', async () => {
    await hub.put(ours, { asOf: dayAgo(2) })
    await hub.put(ours, { asOf: dayAgo(1) })
    await hub.put(ours)

    const once = await msp.api.post('/api/sources/hub/report/undo')
    const twice = await msp.api.post('/api/sources/hub/report/undo')
    const thrice = await msp.api.post('/api/sources/hub/report/undo')

    expect(once).toMatchObject({ status: 200, body: { report: { asOf: dayAgo(1), state: 'current' } } })
    expect(twice).toMatchObject({ status: 200, body: { report: { asOf: dayAgo(2) } } })
    expect([thrice.status, codeOf(thrice)]).toEqual([409, 'no_previous_report'])
    expect((await history()).map(({ asOf, state }) => [asOf, state])).toEqual([
      [dayAgo(0), 'undone'],
      [dayAgo(1), 'undone'],
      [dayAgo(2), 'current'],
    ])
    const audit = itemsOf(await msp.api.get('/api/audit?search=report%20hub'))
    expect(audit).toHaveLength(5)
    expect(audit[0]).toMatchObject({ who: 'administrator token', after: { asOf: dayAgo(2) } })
  })

  test('reaches back four reports; what older ones said is forgotten', async () => {
    for (const ago of [6, 5, 4, 3, 2, 1, 0]) await hub.put(ours, { asOf: dayAgo(ago) })

    expect((await history()).map(({ canReturn }) => canReturn)).toEqual([
      false,
      true,
      true,
      true,
      true,
      false,
      false,
    ])
    const { results } = await stack.db().prepare('SELECT DISTINCT report_id FROM report_use').run()
    expect(results).toHaveLength(5)
  })
})

test('the history comes page by page', async () => {
  for (const ago of [2, 1, 0]) await hub.put(ours, { asOf: dayAgo(ago) })

  const first = await msp.api.get('/api/sources/hub/reports?limit=2')
  const second = await msp.api.get(`/api/sources/hub/reports?limit=2&cursor=${nextCursorOf(first)}`)

  expect(itemsOf(first).map(({ asOf }) => asOf)).toEqual([dayAgo(0), dayAgo(1)])
  expect(itemsOf(second).map(({ asOf }) => asOf)).toEqual([dayAgo(2)])
  expect(nextCursorOf(second)).toBeNull()
})

test('a technician uploads reports and is named for it', async () => {
  await msp.save()
  const technician = await signedIn(msp.api, 'tom', 'technician')

  const answer = await msp.api.put(`/api/sources/hub/report?asOf=${dayAgo(0)}`, undefined, {
    ...technician,
    body: ours,
  })

  expect(answer.status).toBe(200)
  expect(await history()).toMatchObject([{ receivedBy: 'tom (cw)' }])
})

test('two reports that arrive at once both come to an end, and the last one is in force', async () => {
  await hub.put(ours, { asOf: dayAgo(1) })

  const answers = await Promise.all([
    hub.put(ours.replace(',25,', ',26,')),
    hub.put(ours.replace(',25,', ',27,')),
  ])

  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect((await history()).filter(({ state }) => state === 'current')).toHaveLength(1)
})
