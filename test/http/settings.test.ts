import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, type Api, apiOf, codeOf, faultsOf, itemsOf } from '../support/api.ts'
import { signedIn } from '../support/members.ts'
import { type Msp, openMsp } from '../support/msp.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let api: Api
let msp: Msp
beforeAll(async () => {
  stack = await startStack()
  api = apiOf(stack)
})
beforeEach(async () => {
  msp = await openMsp(stack)
  msp.customer('Acme', { workstations: 1 })
  await msp.save()
})

const stored = {
  timeZone: 'UTC',
  dailyRunAt: '03:00',
  approval: 'automatic',
  guardRails: {
    holdFallPercent: 30,
    holdFallUnits: 5,
    holdRisePercent: 50,
    holdRiseUnits: 20,
    holdZeroFrom: 5,
    runFallPercent: 10,
    runFallLines: 10,
  },
}
const jdoe = { connection: 'cw', member: 'jdoe', role: 'technician' }
const boss = { connection: 'cw', member: 'boss', role: 'administrator' }

const conflictsOf = ({ body }: Answer): unknown => Object(body).error.details.conflicts

describe('settings', () => {
  test('are what was saved, with all limits', async () => {
    expect((await api.get('/api/settings')).body).toEqual({ settings: stored })
  })

  test('are changed one by one in the audit trail', async () => {
    const after = { ...stored, timeZone: 'Europe/Berlin', dailyRunAt: '04:15' }

    const answer = await api.put('/api/settings', { before: stored, after })

    expect(answer).toMatchObject({ status: 200, body: { settings: after } })
    expect((await api.get('/api/settings')).body).toEqual({ settings: after })
    expect(itemsOf(await api.get('/api/audit?limit=2'))).toMatchObject([
      { subject: 'setting dailyRunAt', before: '03:00', after: '04:15' },
      { subject: 'setting timeZone', before: 'UTC', after: 'Europe/Berlin' },
    ])
  })

  test('that somebody else changed are refused, with theirs and who it was', async () => {
    const theirs = { ...stored, dailyRunAt: '05:00' }
    const boss = await signedIn(api, 'boss', 'administrator')
    await api.put('/api/settings', { before: stored, after: theirs }, boss)

    const answer = await api.put('/api/settings', {
      before: stored,
      after: { ...stored, approval: 'everything' },
    })

    expect(answer.status).toBe(409)
    expect(codeOf(answer)).toBe('edited_meanwhile')
    expect(conflictsOf(answer)).toEqual([
      { key: 'settings', stored: theirs, by: 'boss (cw)', at: expect.stringMatching(/Z$/) },
    ])
    expect((await api.get('/api/settings')).body).toEqual({ settings: theirs })
  })

  test.each<[object, string]>([
    [{ timeZone: 'Mars/Olympus' }, 'after.timeZone: unknown_time_zone'],
    [{ dailyRunAt: '24:00' }, 'after.dailyRunAt: invalid_format'],
    [{ guardRails: { holdFallPercent: 101 } }, 'after.guardRails.holdFallPercent: out_of_range'],
    [{ colour: 'green' }, 'after.colour: unknown_field'],
  ])('are not saved with %j', async (differing, fault) => {
    const answer = await api.put('/api/settings', { before: stored, after: { ...stored, ...differing } })

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)).toEqual([fault])
  })

  test('are saved without writing a row of a mapping', async () => {
    const tables = ['company_mapping', 'product_mapping', 'product_mode', 'person']
    for (const table of tables) {
      await stack
        .db()
        .prepare(
          `CREATE TRIGGER guard_${table} BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, 'touched'); END`,
        )
        .run()
    }
    const after = { ...stored, dailyRunAt: '06:00' }

    const saved = await api.put('/api/settings', { before: stored, after })
    const { body } = await api.get('/api/config')
    const mapped = await api.put('/api/config', { ...Object(body), companies: [] })
    for (const table of tables) await stack.db().prepare(`DROP TRIGGER guard_${table}`).run()

    expect([saved.status, mapped.status]).toEqual([200, 500])
    expect((await api.get('/api/config')).body).toMatchObject({
      settings: after,
      companies: [{ billing: true }],
    })
  })
})

describe('people', () => {
  test('get their roles, and lose them when they are left out', async () => {
    const first = await api.put('/api/people', { before: [], after: [jdoe, boss] })
    const second = await api.put('/api/people', { before: [jdoe, boss], after: [boss] })

    expect(first).toMatchObject({ status: 200, body: { items: [jdoe, boss], nextCursor: null } })
    expect(second).toMatchObject({ status: 200, body: { items: [boss] } })
    expect(itemsOf(await api.get('/api/people'))).toEqual([boss])
    expect(itemsOf(await api.get('/api/audit?limit=1'))).toMatchObject([
      { subject: 'person cw/jdoe', before: jdoe, after: null },
    ])
  })

  test('that somebody else changed are refused, with theirs and who it was', async () => {
    await api.put('/api/people', { before: [], after: [jdoe] })

    const answer = await api.put('/api/people', { before: [], after: [boss] })

    expect(answer.status).toBe(409)
    expect(codeOf(answer)).toBe('edited_meanwhile')
    expect(conflictsOf(answer)).toEqual([
      { key: 'people', stored: [jdoe], by: 'administrator token', at: expect.stringMatching(/Z$/) },
    ])
    expect(itemsOf(await api.get('/api/people'))).toEqual([jdoe])
  })

  test.each<[string, object[], RegExp]>([
    ['twice', [jdoe, { ...jdoe, role: 'viewer' }], /^after\[1\]\.member: duplicate_person/],
    [
      'of a connection that does not exist',
      [{ ...jdoe, connection: 'at' }],
      /^after\[0\]\.connection: unknown/,
    ],
    ['with a role that does not exist', [{ ...jdoe, role: 'king' }], /^after\[0\]\.role: unknown_value/],
  ])('%s are not saved', async (_, after, fault) => {
    const answer = await api.put('/api/people', { before: [], after })

    expect(answer.status).toBe(422)
    expect(faultsOf(answer)).toEqual([expect.stringMatching(fault)])
    expect(itemsOf(await api.get('/api/people'))).toEqual([])
  })
})

test('parts that are saved at the same moment do not hinder one another', async () => {
  const { baseUrl } = msp.center
  const after = { ...stored, dailyRunAt: '07:00' }

  const answers = await Promise.all([
    api.put('/api/settings', { before: stored, after }),
    api.put('/api/people', { before: [], after: [jdoe] }),
    api.put('/api/connections/ksc', { kind: 'ksc', name: 'Center', baseUrl }),
    api.put('/api/connections/hub', { kind: 'hub', name: 'Hub', baseUrl: null }),
  ])

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect((await api.get('/api/config')).body).toMatchObject({
    settings: after,
    people: [jdoe],
    connections: [{ id: 'ksc', name: 'Center' }, { id: 'cw' }, { id: 'hub' }],
  })
})

test('the same part saved twice at the same moment is saved once', async () => {
  const at = (dailyRunAt: string) =>
    api.put('/api/settings', { before: stored, after: { ...stored, dailyRunAt } })

  const answers = await Promise.all([at('04:00'), at('05:00'), at('06:00')])

  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
})

describe('the first steps', () => {
  const steps = async () => (await api.get('/api/first-steps')).body
  const done = (...names: string[]) =>
    Object.fromEntries(
      ['kaspersky', 'psa', 'products', 'companies', 'dryRun', 'billing'].map((name) => [
        name,
        names.includes(name),
      ]),
    )

  test('are done one after the other', async () => {
    const { body } = await api.get('/api/config')
    const whole = Object(body)
    const nothing = { ...whole, connections: [], companies: [], products: [] }
    const { name, baseUrl, user, password, internal } = { name: 'Center', ...msp.center }
    const { companyId, publicKey, privateKey, clientId } = msp.psa
    await api.put('/api/config', nothing)
    const atFirst = await steps()

    await api.put('/api/connections/ksc', {
      kind: 'ksc',
      name,
      baseUrl,
      credentials: { user, password, internal },
    })
    const withKaspersky = await steps()
    await api.put('/api/connections/cw', {
      kind: 'connectwise',
      name: 'ConnectWise',
      baseUrl: msp.psa.baseUrl,
      credentials: { companyId, publicKey, privateKey, clientId },
    })
    const withPsa = await steps()
    const { connections } = Object((await api.get('/api/config')).body)
    await api.put('/api/config', { ...whole, connections, companies: [] })
    const withProducts = await steps()
    const unbilled = whole.companies.map((one: object) => ({ ...one, billing: false }))
    await api.put('/api/config', { ...whole, connections, companies: unbilled })
    const withCompanies = await steps()
    await api.runNow({ dryRun: true })
    const tried = await steps()
    await api.runNow()
    const ranUnbilled = await steps()
    await api.put('/api/config', { ...whole, connections })
    const billed = await steps()

    expect([
      atFirst,
      withKaspersky,
      withPsa,
      withProducts,
      withCompanies,
      tried,
      ranUnbilled,
      billed,
    ]).toEqual([
      done(),
      done('kaspersky'),
      done('kaspersky', 'psa'),
      done('kaspersky', 'psa', 'products'),
      done('kaspersky', 'psa', 'products', 'companies'),
      done('kaspersky', 'psa', 'products', 'companies', 'dryRun'),
      done('kaspersky', 'psa', 'products', 'companies', 'dryRun'),
      done('kaspersky', 'psa', 'products', 'companies', 'dryRun', 'billing'),
    ])
  })
})
