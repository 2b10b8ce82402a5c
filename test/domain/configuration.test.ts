import { describe, expect, test } from 'vitest'
import { isPsa, isSource } from '../../worker/domain/configuration.ts'
import { type ConfigurationContext, checkConfiguration } from '../../worker/domain/configuration-check.ts'
import { firstSave, wholeDocument } from '../support/configuration.ts'

/** The whole document with some values replaced; `undefined` takes a field away, an index past the end adds a row. */
function bent(changes: Record<string, unknown>): unknown {
  const document: unknown = wholeDocument()
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split(/[.[\]]+/).filter((step) => step !== '')
    const last = steps.pop() ?? ''
    const holder = steps.reduce<unknown>((at, step) => Reflect.get(Object(at), step), document)
    if (typeof holder !== 'object' || holder === null) throw new Error(`nothing at ${path}`)
    if (value === undefined) Reflect.deleteProperty(holder, last)
    else Reflect.set(holder, last, value)
  }
  return document
}

function problemsOf(input: unknown, context: ConfigurationContext = firstSave()): string[][] {
  const checked = checkConfiguration(input, context)
  return checked.ok ? [] : checked.problems.map(({ path, code }) => [path, code])
}

function accepted(input: unknown, context: ConfigurationContext = firstSave()) {
  const checked = checkConfiguration(input, context)
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return checked.configuration
}

const aCompany = wholeDocument().companies[0]
const anotherCompany = {
  tenant: { connection: 'ksc', id: 'OTHER' },
  company: { connection: 'cw', id: '251' },
  billing: true,
  agreementId: '32',
}
const sameAgreement = {
  tenant: { connection: 'hub', id: 'workspace-1' },
  company: { connection: 'cw', id: '250' },
  billing: true,
  agreementId: '31',
}

describe('a valid document', () => {
  test('with every part passes', () => {
    const document = wholeDocument()

    const configuration = accepted(document)

    expect(configuration).toMatchObject(document)
  })

  test('gets the defaults of what it leaves out', () => {
    const document = bent({
      'settings.guardRails': undefined,
      'connections[0].options': undefined,
      'connections[0].headers': undefined,
      'connections[2].options': undefined,
      'connections[3].options': undefined,
      'connections[4].options': undefined,
      'companies[0].priceLevelId': undefined,
      'companies[0].manualQuantity': undefined,
      people: undefined,
      tickets: undefined,
    })

    const { settings, connections, companies, products, ...rest } = accepted(document)

    expect(settings.guardRails).toEqual({
      holdFallPercent: 30,
      holdFallUnits: 5,
      holdRisePercent: 50,
      holdRiseUnits: 20,
      holdZeroFrom: 5,
      runFallPercent: 10,
      runFallLines: 10,
    })
    expect(connections.map(({ options }) => options)).toEqual([
      { maxAgeHours: 24, countSoftCancelled: false },
      {},
      { booking: 'daily', createMissingService: false },
      { externalProduct: 'Kaspersky', chargeDialect: 'provisional' },
      { maxAgeHours: 48 },
    ])
    expect(companies[0]).toMatchObject({ priceLevelId: null, manualQuantity: 'ask' })
    expect(products[0]?.map[1]).toEqual({
      application: 'kes-cloud-plus',
      all: '510',
      workstation: null,
      server: null,
      other: null,
    })
    expect(rest).toEqual({ version: 1 })
  })

  test('loses the slashes at the end of an address', () => {
    const { connections } = accepted(bent({ 'connections[1].baseUrl': 'https://na.myconnectwise.net//' }))

    expect(connections[1]?.baseUrl).toBe('https://na.myconnectwise.net')
  })

  test('keeps the guard rails it does not mention', () => {
    const { settings } = accepted(bent({ 'settings.guardRails': { holdZeroFrom: 1 } }))

    expect(settings.guardRails).toMatchObject({ holdZeroFrom: 1, holdFallPercent: 30, runFallLines: 10 })
  })

  test.each<[string, Record<string, unknown>]>([
    [
      'a company without billing and agreement',
      { 'companies[0].billing': false, 'companies[0].agreementId': null },
    ],
    ['one tenant of each Kaspersky connection in one company', { 'companies[1]': sameAgreement }],
    [
      'the same tenant id on two connections',
      { 'companies[1]': { ...anotherCompany, tenant: { connection: 'hub', id: 'KLVSRV_UID' } } },
    ],
    ['an application mapped in part', { 'products[0].map[0].server': null }],
    ['an application that no catalogue lists', { 'products[0].map[0].application': 'endpoint-2030' }],
    [
      'a feed of a hub, with a token',
      {
        'connections[4].baseUrl': 'https://feed.example/usage',
        'connections[4].credentials': { token: 'x' },
      },
    ],
    ['a hub that says nothing of credentials', { 'connections[4].credentials': undefined }],
    ['no companies and products yet', { companies: [], products: [] }],
    ['an id of 32 characters', { 'connections[4].id': `0${'a-'.repeat(15)}b` }],
  ])('may have %s', (_, changes) => {
    expect(problemsOf(bent(changes))).toEqual([])
  })
})

describe('a mistake is named with its path and code', () => {
  test.each<[Record<string, unknown>, string, string]>([
    [{ version: 2 }, 'version', 'unknown_value'],
    [{ version: undefined }, 'version', 'missing_field'],
    [{ settings: undefined }, 'settings', 'missing_field'],
    [{ connectoins: [] }, 'connectoins', 'unknown_field'],
    [{ 'settings.timezone': 'UTC' }, 'settings.timezone', 'unknown_field'],
    [{ 'settings.timeZone': 'Europe/Bärlin' }, 'settings.timeZone', 'unknown_time_zone'],
    [{ 'settings.timeZone': '+01:00' }, 'settings.timeZone', 'unknown_time_zone'],
    [{ 'settings.timeZone': '' }, 'settings.timeZone', 'unknown_time_zone'],
    [{ 'settings.dailyRunAt': '3:00' }, 'settings.dailyRunAt', 'invalid_format'],
    [{ 'settings.dailyRunAt': '24:00' }, 'settings.dailyRunAt', 'invalid_format'],
    [{ 'settings.approval': 'nothing' }, 'settings.approval', 'unknown_value'],
    [{ 'settings.approval': undefined }, 'settings.approval', 'missing_field'],
    [{ 'settings.guardRails.holdFallPercent': 2.5 }, 'settings.guardRails.holdFallPercent', 'wrong_type'],
    [{ 'settings.guardRails.holdFallPercent': 101 }, 'settings.guardRails.holdFallPercent', 'out_of_range'],
    [{ 'settings.guardRails.runFallPercent': -1 }, 'settings.guardRails.runFallPercent', 'out_of_range'],
    [{ 'settings.guardRails.holdRiseUnits': '20' }, 'settings.guardRails.holdRiseUnits', 'wrong_type'],
    [{ 'settings.guardRails.holdZeroFrom': 0 }, 'settings.guardRails.holdZeroFrom', 'out_of_range'],
    [{ 'settings.guardRails.holdZero': 5 }, 'settings.guardRails.holdZero', 'unknown_field'],

    [{ people: {} }, 'people', 'wrong_type'],
    [{ 'connections[4]': 'hub' }, 'connections[4]', 'wrong_type'],
    [{ 'connections[1].baseUrl': ' https://cw.example' }, 'connections[1].baseUrl', 'invalid_format'],
    [{ 'connections[1].baseUrl': 'https:\\\\cw.example' }, 'connections[1].baseUrl', 'invalid_format'],
    [{ 'connections[4].id': 'Hub' }, 'connections[4].id', 'invalid_format'],
    [{ 'connections[4].id': '-hub' }, 'connections[4].id', 'invalid_format'],
    [{ 'connections[4].id': 'a'.repeat(33) }, 'connections[4].id', 'invalid_format'],
    [{ 'connections[4].id': 'at' }, 'connections[4].id', 'duplicate_connection'],
    [{ 'connections[4].kind': 'halo' }, 'connections[4].kind', 'unknown_value'],
    [{ 'connections[4].kind': undefined }, 'connections[4].kind', 'missing_field'],
    [{ 'connections[4].name': '' }, 'connections[4].name', 'empty'],
    [{ 'connections[1].baseUrl': null }, 'connections[1].baseUrl', 'wrong_type'],
    [{ 'connections[1].baseUrl': 'https://cw.forbidden' }, 'connections[1].baseUrl', 'address_not_allowed'],
    [{ 'connections[4].baseUrl': 'https://hub.forbidden' }, 'connections[4].baseUrl', 'address_not_allowed'],
    [{ 'connections[1].baseUrl': 'https://cw.example?a=1' }, 'connections[1].baseUrl', 'address_with_query'],
    [{ 'connections[1].baseUrl': 'https://cw.example/#' }, 'connections[1].baseUrl', 'address_with_query'],
    [{ 'connections[1].credentials': undefined }, 'connections[1].credentials', 'credentials_missing'],
    [{ 'connections[1].credentials': null }, 'connections[1].credentials', 'wrong_type'],
    [
      { 'connections[1].credentials.clientId': undefined },
      'connections[1].credentials.clientId',
      'missing_field',
    ],
    [{ 'connections[1].credentials.publicKey': '' }, 'connections[1].credentials.publicKey', 'empty'],
    [
      { 'connections[1].credentials.publicKey': 'pub\n' },
      'connections[1].credentials.publicKey',
      'invalid_format',
    ],
    [{ 'connections[1].credentials.secret': 'x' }, 'connections[1].credentials.secret', 'unknown_field'],
    [{ 'connections[4].credentials': 'x' }, 'connections[4].credentials', 'wrong_type'],
    [{ 'connections[4].credentials': { token: '' } }, 'connections[4].credentials.token', 'empty'],
    [{ 'connections[1].options': { booking: 'daily' } }, 'connections[1].options.booking', 'unknown_field'],
    [{ 'connections[2].options.booking': 'weekly' }, 'connections[2].options.booking', 'unknown_value'],
    [
      { 'connections[3].options.chargeDialect': 'x' },
      'connections[3].options.chargeDialect',
      'unknown_value',
    ],
    [{ 'connections[3].options.externalProduct': 7 }, 'connections[3].options.externalProduct', 'wrong_type'],
    [{ 'connections[0].options.maxAgeHours': 0 }, 'connections[0].options.maxAgeHours', 'out_of_range'],
    [{ 'connections[0].headers.Host': 'x' }, 'connections[0].headers.Host', 'header_not_allowed'],
    [{ 'connections[0].headers.cookie': 'x' }, 'connections[0].headers.cookie', 'header_not_allowed'],
    [
      { 'connections[0].headers.AUTHORIZATION': 'x' },
      'connections[0].headers.AUTHORIZATION',
      'header_not_allowed',
    ],
    [
      { 'connections[0].headers.x-ksc-session': 'x' },
      'connections[0].headers.x-ksc-session',
      'header_not_allowed',
    ],
    [
      { 'connections[0].headers.Content-Length': '9' },
      'connections[0].headers.Content-Length',
      'header_not_allowed',
    ],
    [{ 'connections[0].headers.X-A': 'a\r\nHost: b' }, 'connections[0].headers.X-A', 'invalid_format'],
    [{ 'connections[0].headers.X-A': 5 }, 'connections[0].headers.X-A', 'wrong_type'],
    [{ 'connections[0].headers': { 'X A': 'a' } }, 'connections[0].headers["X A"]', 'invalid_name'],
    [
      { 'connections[0].headers': { 'X-A': 'a', 'x-a': 'b' } },
      'connections[0].headers.x-a',
      'duplicate_header',
    ],

    [{ 'people[0].connection': 'halo' }, 'people[0].connection', 'unknown_connection'],
    [{ 'people[0].role': 'owner' }, 'people[0].role', 'unknown_value'],
    [{ 'people[0].member': 7 }, 'people[0].member', 'wrong_type'],
    [
      { 'people[1]': { connection: 'cw', member: 'jdoe', role: 'viewer' } },
      'people[1].member',
      'duplicate_person',
    ],
    [
      { 'people[1]': { connection: 'cw', member: 'JDoe', role: 'viewer' } },
      'people[1].member',
      'duplicate_person',
    ],

    [{ companies: undefined }, 'companies', 'missing_field'],
    [{ 'companies[0].tenant.connection': 'nope' }, 'companies[0].tenant.connection', 'unknown_connection'],
    [{ 'companies[0].tenant.connection': 'at' }, 'companies[0].tenant.connection', 'connection_is_no_source'],
    [{ 'companies[0].company.connection': 'nope' }, 'companies[0].company.connection', 'unknown_connection'],
    [
      { 'companies[0].company.connection': 'hub' },
      'companies[0].company.connection',
      'connection_does_not_bill',
    ],
    [{ 'companies[0].company.id': 250 }, 'companies[0].company.id', 'wrong_type'],
    [{ 'companies[0].billing': 'yes' }, 'companies[0].billing', 'wrong_type'],
    [{ 'companies[0].agreementId': null }, 'companies[0].agreementId', 'agreement_missing'],
    [{ 'companies[0].agreementId': undefined }, 'companies[0].agreementId', 'agreement_missing'],
    [{ 'companies[0].agreementId': '' }, 'companies[0].agreementId', 'empty'],
    [{ 'companies[0].agreementID': '31' }, 'companies[0].agreementID', 'unknown_field'],
    [{ 'companies[0].company.connection': 'tp' }, 'companies[0].priceLevelId', 'price_level_missing'],
    [{ 'companies[0].manualQuantity': 'never' }, 'companies[0].manualQuantity', 'unknown_value'],
    [
      { 'companies[1]': { ...anotherCompany, tenant: { connection: 'ksc', id: 'KLVSRV_UID' } } },
      'companies[1].tenant',
      'duplicate_tenant',
    ],
    [{ 'companies[1]': aCompany }, 'companies[1].tenant', 'duplicate_tenant'],
    [
      { 'companies[1]': { ...anotherCompany, company: { connection: 'cw', id: '250' } } },
      'companies[1].company',
      'second_tenant_of_company',
    ],
    [
      { 'companies[1]': { ...sameAgreement, manualQuantity: 'keep' } },
      'companies[1].manualQuantity',
      'manual_quantity_differs',
    ],
    [
      { 'companies[1]': { ...sameAgreement, priceLevelId: '2' } },
      'companies[1].priceLevelId',
      'price_level_differs',
    ],

    [{ 'products[0].connection': 'nope' }, 'products[0].connection', 'unknown_connection'],
    [{ 'products[0].connection': 'ksc' }, 'products[0].connection', 'connection_does_not_bill'],
    [{ 'products[0].billByCategory': undefined }, 'products[0].billByCategory', 'missing_field'],
    [
      { 'products[1]': { connection: 'cw', billByCategory: false, map: [] } },
      'products[1].connection',
      'duplicate_products',
    ],
    [{ 'products[0].map[0].application': 'KES Cloud' }, 'products[0].map[0].application', 'invalid_format'],
    [{ 'products[0].map[0].application': 'kes--x' }, 'products[0].map[0].application', 'invalid_format'],
    [
      {
        'products[0].map[0].application': 'kes-cloud-plus',
        'products[0].map[0]': { application: 'kes-cloud-plus' },
      },
      'products[0].map[1].application',
      'duplicate_application',
    ],
    [{ 'products[0].map[1].workstation': '511' }, 'products[0].map[1].workstation', 'application_not_split'],
    [{ 'products[0].map[1].other': '511' }, 'products[0].map[1].other', 'application_not_split'],
    [{ 'products[0].map[0].all': 501 }, 'products[0].map[0].all', 'wrong_type'],
    [{ 'products[0].map[0].workstations': '501' }, 'products[0].map[0].workstations', 'unknown_field'],

    [
      { 'tickets.connections[0].connection': 'nope' },
      'tickets.connections[0].connection',
      'unknown_connection',
    ],
    [
      { 'tickets.connections[0].connection': 'ksc' },
      'tickets.connections[0].connection',
      'connection_does_not_bill',
    ],
    [{ 'tickets.connections[0].board': undefined }, 'tickets.connections[0].board', 'missing_field'],
    [
      { 'tickets.connections[1]': wholeDocument().tickets.connections[0] },
      'tickets.connections[1].connection',
      'duplicate_ticket_rules',
    ],
    [
      { 'tickets.connections[0].statuses.antivirus_not_runing': { on: true } },
      'tickets.connections[0].statuses.antivirus_not_runing',
      'unknown_field',
    ],
    [
      { 'tickets.connections[0].events.info': { on: true } },
      'tickets.connections[0].events.info',
      'unknown_field',
    ],
    [
      { 'tickets.connections[0].events.critical.lifetimeDays': 0 },
      'tickets.connections[0].events.critical.lifetimeDays',
      'out_of_range',
    ],
    [
      { 'tickets.connections[0].health.lifetimeDays': 1 },
      'tickets.connections[0].health.lifetimeDays',
      'unknown_field',
    ],
    [
      { 'tickets.companies[0].company.connection': 'nope' },
      'tickets.companies[0].company.connection',
      'unknown_connection',
    ],
    [
      { 'tickets.companies[1]': { company: { connection: 'cw', id: '250' }, off: false } },
      'tickets.companies[1].company',
      'duplicate_company',
    ],
  ])('%j: %s %s', (changes, path, code) => {
    expect(problemsOf(bent(changes))).toEqual([[path, code]])
  })

  test.each([[null], [[]], ['{}'], [7]])('%j is no document', (input) => {
    expect(problemsOf(input)).toEqual([['', 'wrong_type']])
  })
})

describe('a document with many mistakes', () => {
  test('is answered with all of them at once', () => {
    const document = bent({
      'settings.dailyRunAt': 'noon',
      'connections[1].baseUrl': 'https://cw.forbidden',
      'connections[4].name': 5,
      'companies[0].agreementId': null,
      'companies[1]': { ...anotherCompany, billing: 'yes' },
      'companies[2]': { ...anotherCompany, tenant: { connection: 'nope', id: '1' } },
      'products[0].map[0].al': '5',
      'products[0].map[1].server': '5',
    })

    expect(problemsOf(document).sort()).toEqual([
      ['companies[0].agreementId', 'agreement_missing'],
      ['companies[1].billing', 'wrong_type'],
      ['companies[2].tenant.connection', 'unknown_connection'],
      ['connections[1].baseUrl', 'address_not_allowed'],
      ['connections[4].name', 'wrong_type'],
      ['products[0].map[0].al', 'unknown_field'],
      ['products[0].map[1].server', 'application_not_split'],
      ['settings.dailyRunAt', 'invalid_format'],
    ])
  })

  test('does not call a connection unknown because of a fault elsewhere in it', () => {
    const document = bent({ 'connections[0].baseUrl': undefined, 'connections[1].kind': 'conectwise' })

    expect(problemsOf(document).sort()).toEqual([
      ['connections[0].baseUrl', 'missing_field'],
      ['connections[1].kind', 'unknown_value'],
    ])
  })

  test('is answered without any secret in it', () => {
    const document = bent({
      'connections[0].credentials.password': 'hunter2\nx',
      'connections[0].headers.X-A': 'hunter2\r\n',
      'connections[1].credentials.privateKey': ['hunter2'],
      'connections[2].credentials.extra': 'hunter2',
      'connections[3].baseUrl': 'https://hunter2.forbidden',
    })

    const checked = checkConfiguration(document, firstSave())

    expect(checked).toMatchObject({ ok: false, problems: { length: 5 } })
    expect(JSON.stringify(checked)).not.toContain('hunter2')
  })
})

describe('what is stored stays where the document leaves it out', () => {
  const stored = (changes: Partial<ConfigurationContext['stored']> = {}): ConfigurationContext => ({
    ...firstSave(),
    stored: {
      ...firstSave().stored,
      connections: new Map([
        [
          'ksc',
          {
            kind: 'ksc',
            baseUrl: 'https://ksc.example:13299',
            hasCredentials: true,
            headerNames: ['CF-Access-Client-Id'],
          },
        ],
        [
          'cw',
          {
            kind: 'connectwise',
            baseUrl: 'https://na.myconnectwise.net',
            hasCredentials: true,
            headerNames: [],
          },
        ],
      ]),
      ...changes,
    },
  })
  const withoutSecrets = { 'connections[0].credentials': undefined, 'connections[0].headers': undefined }

  test('credentials and headers at the same address', () => {
    const { connections } = accepted(bent(withoutSecrets), stored())

    expect(connections[0]).not.toHaveProperty('credentials')
    expect(connections[0]).not.toHaveProperty('headers')
  })

  test('credentials at the same address in another spelling', () => {
    const document = bent({ ...withoutSecrets, 'connections[0].baseUrl': 'https://KSC.example:13299/' })

    expect(problemsOf(document, stored())).toEqual([])
  })

  test.each([
    'https://evil.example:13299',
    'https://ksc.example',
    'http://ksc.example:13299',
    'https://ksc.example:13299/other',
  ])('but no secret goes along to %s', (baseUrl) => {
    const document = bent({ ...withoutSecrets, 'connections[0].baseUrl': baseUrl })

    expect(problemsOf(document, stored())).toEqual([
      ['connections[0].credentials', 'credentials_needed_again'],
      ['connections[0].headers', 'headers_needed_again'],
    ])
  })

  test('but headers do not go along with new credentials', () => {
    const document = bent({
      'connections[0].baseUrl': 'https://new.example:13299',
      'connections[0].headers': undefined,
    })

    expect(problemsOf(document, stored())).toEqual([['connections[0].headers', 'headers_needed_again']])
  })

  test('and an address may change with all secrets given, or with no headers where none are stored', () => {
    const document = bent({
      'connections[0].baseUrl': 'https://new.example:13299',
      'connections[1].baseUrl': 'https://eu.myconnectwise.net',
    })

    expect(problemsOf(document, stored())).toEqual([])
  })

  test('but credentials of one kind are none for another', () => {
    const hub = { id: 'ksc', kind: 'hub', name: 'Hub', baseUrl: 'https://ksc.example:13299', headers: {} }

    expect(problemsOf(bent({ 'connections[0]': hub }), stored())).toEqual([
      ['connections[0].credentials', 'credentials_needed_again'],
    ])
    expect(problemsOf(bent({ 'connections[0]': { ...hub, credentials: null } }), stored())).toEqual([])
  })

  test('and stored people and tickets are checked against the new connections', () => {
    const { tickets } = accepted(wholeDocument())
    const document = bent({
      people: undefined,
      tickets: undefined,
      companies: [],
      products: [],
      connections: [],
    })
    const context = stored({
      people: [{ connection: 'cw', member: 'jdoe', role: 'viewer' }],
      tickets: tickets ?? null,
    })

    expect(problemsOf(document, context)).toEqual([
      ['people[0].connection', 'unknown_connection'],
      ['tickets.connections[0].connection', 'unknown_connection'],
      ['tickets.companies[0].company.connection', 'unknown_connection'],
    ])
  })
})

test('every kind of connection either counts or bills', () => {
  expect(
    (['ksc', 'hub', 'connectwise', 'autotask', 'tigerpaw'] as const).map((kind) => [
      isSource(kind),
      isPsa(kind),
    ]),
  ).toEqual([
    [true, false],
    [true, false],
    [false, true],
    [false, true],
    [false, true],
  ])
})
