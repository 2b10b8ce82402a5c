import { AutotaskRestApi } from '@apigrate/autotask-restapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account } from './account.ts'
import { acmeAccount } from './calling.ts'
import { type Autotask, startAutotask } from './server.ts'

let at: Autotask

beforeAll(async () => {
  at = await startAutotask({ now: () => new Date('2026-03-17T09:30:00Z') })
})
afterAll(() => at.close())

function clientOf(
  { userName, secret, integrationCode, baseUrl }: Account,
  other: { secret?: string; integrationCode?: string } = {},
): AutotaskRestApi {
  return new AutotaskRestApi(userName, other.secret ?? secret, other.integrationCode ?? integrationCode, {
    base_url: `${baseUrl}/ATServicesRest/`,
  })
}

describe('@apigrate/autotask-restapi', () => {
  test('looks the zone up first, then queries and counts', async () => {
    const account = acmeAccount(at)
    account.addCompany({ id: 175, name: 'Beta AG', isActive: false })
    const client = clientOf(account)
    const filter = [{ op: 'eq', field: 'isActive', value: true }]

    const { items } = await client.Companies.query({ filter, includeFields: ['id', 'companyName'] })
    const count = await client.Companies.count({ filter })

    expect(items).toEqual([
      { id: 0, companyName: 'Our own company' },
      { id: 174, companyName: 'Acme GmbH' },
    ])
    expect(count).toEqual({ queryCount: 2 })
    expect(account.calls.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['GET', '/v1.0/zoneInformation', 200],
      ['POST', '/V1.0/Companies/query', 200],
      ['POST', '/V1.0/Companies/query/count', 200],
    ])
  })

  test('goes to the zone that the account was moved to', async () => {
    const account = acmeAccount(at)
    account.moveZone()

    const { items } = await clientOf(account).Contracts.query({
      filter: [{ op: 'eq', field: 'companyID', value: 174 }],
    })

    expect(items).toMatchObject([{ id: 7001 }])
    expect(account.zoneUrl).not.toBe(at.url)
  })

  test('books an adjustment and reads the units that follow from it', async () => {
    const account = acmeAccount(at)
    const client = clientOf(account)

    const made = await client.ContractServiceAdjustments.create(7001, {
      contractServiceID: 8001,
      effectiveDate: '2026-03-17',
      unitChange: 3,
    })
    const { items } = await client.ContractServiceUnits.query({
      filter: [
        { op: 'eq', field: 'contractServiceID', value: 8001 },
        { op: 'lte', field: 'startDate', value: '2026-03-17' },
        { op: 'gte', field: 'endDate', value: '2026-03-17' },
      ],
      includeFields: ['startDate', 'endDate', 'units', 'price'],
    })

    expect(made).toEqual({ itemId: account.adjustments[0]?.id })
    expect(items).toEqual([
      { startDate: '2026-03-17T00:00:00Z', endDate: '2026-03-31T00:00:00Z', units: 28, price: 47.42 },
    ])
    expect(account.unitsOf(7001)).toEqual([
      { contractServiceID: 8001, serviceID: 501, units: 28 },
      { contractServiceID: 8002, serviceID: 502, units: 0 },
    ])
  })

  test('learns which rule an adjustment broke', async () => {
    const account = acmeAccount(at)

    const refused = clientOf(account).ContractServiceAdjustments.create(7001, {
      contractServiceID: 8001,
      effectiveDate: '2027-01-01',
      unitChange: 3,
    })

    await expect(refused).rejects.toMatchObject({
      status: 500,
      details: { errors: ['effectiveDate must be between the start date and end date of the Contract'] },
    })
    expect(account.unitsOf(7001, '2026-12-31')).toMatchObject([{ units: 25 }, { units: 0 }])
  })

  test('updates and replaces', async () => {
    const account = acmeAccount(at)
    const { Services } = clientOf(account)

    await Services.update({ id: 501, sku: 'KES-WKS' })
    const updated = await Services.get(501)
    await Services.replace({ id: 501, name: 'Workstation', unitPrice: 4, billingCodeID: 75_001 })
    const replaced = await Services.get(501)

    expect(updated).toMatchObject({ item: { name: 'Workstation', sku: 'KES-WKS', unitPrice: 3.5 } })
    expect(replaced).toMatchObject({ item: { sku: null, unitPrice: 4, periodType: 2 } })
  })

  test('opens a ticket and writes a note on it', async () => {
    const account = acmeAccount(at)
    const { Tickets, TicketNotes } = clientOf(account)
    const ticket = { companyID: 174, title: 'Protection is off', status: 1, priority: 2, queueID: 29683482 }

    const made = await Tickets.create(ticket)
    const { items } = await Tickets.query({ filter: [{ op: 'eq', field: 'companyID', value: 174 }] })
    await TicketNotes.create(50_001, { description: 'Still off', noteType: 1, publish: 1 })
    const notes = await TicketNotes.query({ filter: [{ op: 'eq', field: 'ticketID', value: 50_001 }] })

    expect(made).toEqual({ itemId: 50_001 })
    expect(items).toMatchObject([{ ...ticket, ticketNumber: 'T20260317.0001' }])
    expect(notes.items).toMatchObject([{ description: 'Still off', ticketID: 50_001 }])
  })

  test('completes a ticket that it finds by its external id, and learns of queues out of use', async () => {
    const account = acmeAccount(at)
    account.setPickInUse('Tickets', 'queueID', 8, false)
    const { Tickets } = clientOf(account)
    const ticket = { companyID: 174, title: 'Protection is off', status: 1, priority: 2, queueID: 29683482 }
    await Tickets.create({ ...ticket, externalID: 'event-1' })

    const byKey = { filter: [{ op: 'eq', field: 'externalID', value: 'event-1' }] }
    const found = await Tickets.query(byKey)
    await Tickets.update({ id: 50_001, status: 5 })
    const { fields } = await Tickets.fieldInfo()

    expect(found.items).toMatchObject([{ id: 50_001, completedDate: null }])
    expect((await Tickets.query(byKey)).items).toMatchObject([
      { title: 'Protection is off', status: 5, completedDate: '2026-03-17T09:30:00Z' },
    ])
    expect(fields.find(({ name }) => name === 'queueID')).toMatchObject({
      picklistValues: [
        { value: '8', label: 'Monitoring Alert', isActive: false },
        { value: '29682833', isActive: true },
        { value: '29683482', isActive: true },
      ],
    })
    await expect(Tickets.create({ ...ticket, queueID: 8 })).rejects.toMatchObject({
      status: 500,
      details: { errors: ['Picklist value 8 on field: queueID does not exist or is inactive'] },
    })
  })

  test('reads what may be done with a kind of record, and its fields', async () => {
    const { ContractServiceAdjustments, Contracts } = clientOf(acmeAccount(at))

    const { info } = await ContractServiceAdjustments.info()
    const { fields } = await Contracts.fieldInfo()

    expect(info).toMatchObject({ canCreate: true, canQuery: false, canUpdate: false, canDelete: false })
    expect(fields.find(({ name }) => name === 'contractType')).toMatchObject({
      dataType: 'integer',
      isRequired: true,
      isReadOnly: true,
      isPickList: true,
    })
    expect(JSON.stringify(fields)).toContain('"value":"7","label":"Recurring Service"')
  })

  test.each([['null'], ['404']] as const)(
    'gets a record, and nothing for a missing id (%s)',
    async (missing) => {
      const account = acmeAccount(at)
      account.options.missing = missing
      const { Companies } = clientOf(account)

      const found = await Companies.get(174)
      const lost = await Companies.get(999)

      expect(found).toMatchObject({ item: { companyName: 'Acme GmbH' } })
      expect(lost).toEqual(missing === 'null' ? { item: null } : null)
    },
  )

  test('learns that its secret is wrong, its integration code is, and that it is too fast', async () => {
    const account = acmeAccount(at)
    const search = { filter: [{ op: 'exist', field: 'id' }] }

    const wrongSecret = clientOf(account, { secret: 'guessed' }).Companies.query(search)
    await expect(wrongSecret).rejects.toMatchObject({ status: 401 })

    const wrongCode = clientOf(account, { integrationCode: 'GUESSED' }).Companies.query(search)
    await expect(wrongCode).rejects.toMatchObject({
      status: 500,
      details: { errors: ['IntegrationCode is invalid.'] },
    })

    account.budget.others = 10_000
    const tooFast = clientOf(account).Companies.query(search)
    await expect(tooFast).rejects.toMatchObject({ status: 429 })
  })
})
