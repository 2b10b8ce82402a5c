import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serviceDeskRole } from './account.ts'
import { acmeAccount, call, idsIn } from './calling.ts'
import { type Autotask, startAutotask } from './server.ts'

let at: Autotask

beforeAll(async () => {
  at = await startAutotask({ now: () => new Date('2026-03-17T09:30:00Z') })
})
afterAll(() => at.close())

const contract = {
  companyID: 174,
  contractName: 'Managed Backup',
  contractType: 7,
  status: 1,
  startDate: '2026-02-01',
  endDate: '2027-01-31T00:00:00Z',
  timeReportingRequiresStartAndStopTimes: 0,
}

const byResource = { filter: [{ op: 'eq', field: 'resourceID', value: 70_001 }] }

describe('writing', () => {
  test('a contract and its lines are made, the line with no units and the service’s price', async () => {
    const account = acmeAccount(at)

    const made = await call(account, '/Contracts', { body: contract })
    const line = await call(account, '/Contracts/30001/Services', { body: { serviceID: 501 } })

    expect([made, line]).toMatchObject([
      { status: 200, json: { itemId: 30_001 } },
      { status: 200, json: { itemId: 40_001 } },
    ])
    expect(account.unitsOf(30_001)).toEqual([{ contractServiceID: 40_001, serviceID: 501, units: 0 }])
    expect(await call(account, '/ContractServices/40001')).toMatchObject({
      json: { item: { contractID: 30_001, serviceID: 501, unitPrice: 3.5 } },
    })
    expect(await call(account, '/Contracts/30001')).toMatchObject({
      json: { item: { startDate: '2026-02-01T00:00:00Z', endDate: '2027-01-31T00:00:00Z' } },
    })
  })

  test('PATCH keeps what it does not name, PUT empties it, and neither touches what is fixed', async () => {
    const account = acmeAccount(at)
    await call(account, '/Services', { method: 'PATCH', body: { id: 501, sku: 'WKS', periodType: 5 } })

    const patched = await call(account, '/Services/501')
    await call(account, '/Services', {
      method: 'PUT',
      body: { id: 501, name: 'Workstation', unitPrice: 4, billingCodeID: 75_001, periodType: 5 },
    })
    const put = await call(account, '/Services/501')

    expect(patched.json).toMatchObject({ item: { sku: 'WKS', unitPrice: 3.5, periodType: 2 } })
    expect(put.json).toMatchObject({ item: { sku: null, unitPrice: 4, periodType: 2, isActive: null } })
  })

  test.each<[string, string, string, object, string]>([
    ['without an id', 'PATCH', '/Services', { sku: 'WKS' }, 'Missing Required Field: id'],
    [
      'without what is required',
      'POST',
      '/Contracts',
      { ...contract, contractName: undefined },
      'Missing Required Field: contractName',
    ],
    [
      'for a company that does not exist',
      'POST',
      '/Contracts',
      { ...contract, companyID: 999 },
      'Reference value on field: companyID of type: Company does not exist or is invalid',
    ],
    [
      'for an inactive company',
      'POST',
      '/Contracts',
      { ...contract, companyID: 175 },
      'Reference value on field: companyID of type: Company does not exist or is invalid',
    ],
    [
      'that ends before it starts',
      'POST',
      '/Contracts',
      { ...contract, endDate: '2026-01-01' },
      'The start date of the Contract must be before its end date.',
    ],
    [
      'with a number that is on no list',
      'PATCH',
      '/Contracts',
      { id: 7001, status: 9 },
      'Picklist value 9 on field: status does not exist or is inactive',
    ],
    [
      'with an inactive service',
      'POST',
      '/Contracts/7001/Services',
      { serviceID: 505 },
      'Reference value on field: serviceID of type: Service does not exist or is invalid',
    ],
    [
      'of services on a contract of another type',
      'POST',
      '/Contracts/7002/Services',
      { serviceID: 501 },
      'The Contract must be of the type Recurring Service.',
    ],
    [
      'with a resource without its role',
      'POST',
      '/Tickets',
      { companyID: 174, title: 'Off', status: 1, priority: 2, queueID: 8, assignedResourceID: 70_001 },
      'When assigning a Resource, you must assign both a assignedResourceID and assignedResourceRoleID',
    ],
  ])('a write %s is refused with status 500', async (_, method, path, body, message) => {
    const account = acmeAccount(at)
    account.addCompany({ id: 175, name: 'Gone Ltd', isActive: false })
    account.addService({ id: 505, name: 'Anti-Virus 2010', isActive: false })
    account.addContract({
      id: 7002,
      company: 174,
      name: 'By the hour',
      startDate: '2026-01-01',
      endDate: '2026-12-31',
      contractType: 1,
    })

    expect(await call(account, path, { method, body })).toMatchObject({
      status: 500,
      json: { errors: [message] },
    })
  })

  test('a ticket is done when it is set to complete, and open again when it is not', async () => {
    const account = acmeAccount(at)
    await call(account, '/Tickets', {
      body: { companyID: 0, title: 'Protection is off', status: 1, priority: 1, queueID: 8 },
    })
    const set = async (status: number) => {
      await call(account, '/Tickets', { method: 'PATCH', body: { id: 50_001, status } })
      return (await call(account, '/Tickets/50001')).json
    }

    expect(await set(5)).toMatchObject({ item: { status: 5, completedDate: '2026-03-17T09:30:00Z' } })
    expect(await set(1)).toMatchObject({ item: { status: 1, completedDate: null } })
  })

  test.each<[string, object, string]>([
    ['nobody', { assignedResourceID: 999 }, 'assignedResourceID of type: Resource'],
    ['somebody who has left', { assignedResourceID: 70_003 }, 'assignedResourceID of type: Resource'],
    ['a program', { assignedResourceID: 70_002 }, 'assignedResourceID of type: Resource'],
    ['somebody in another role', { assignedResourceRoleID: 9 }, 'assignedResourceRoleID of type: Role'],
  ])('a ticket is not assigned to %s', async (_, values, field) => {
    const account = acmeAccount(at)
    const roles = [{ roleID: serviceDeskRole }]
    account.addResource({ firstName: 'Gone', lastName: 'Home', isActive: false, roles })

    const body = {
      companyID: 174,
      title: 'Off',
      status: 1,
      priority: 2,
      queueID: 8,
      assignedResourceID: 70_001,
      assignedResourceRoleID: serviceDeskRole,
    }

    expect(await call(account, '/Tickets', { body })).toMatchObject({ status: 200 })
    expect(await call(account, '/Tickets', { body: { ...body, ...values } })).toMatchObject({
      status: 500,
      json: { errors: [`Reference value on field: ${field} does not exist or is invalid`] },
    })
  })

  test('a ticket keeps who works on it when the role is taken away', async () => {
    const account = acmeAccount(at)
    const assigned = { assignedResourceID: 70_001, assignedResourceRoleID: serviceDeskRole }
    await call(account, '/Tickets', {
      body: { companyID: 174, title: 'Off', status: 1, priority: 2, queueID: 8, ...assigned },
    })
    const [role] = idsIn((await call(account, '/Resources/70001/ServiceDeskRoles')).json)
    await call(account, '/Resources/70001/ServiceDeskRoles', {
      method: 'PATCH',
      body: { id: role, isActive: false },
    })

    const done = await call(account, '/Tickets', { method: 'PATCH', body: { id: 50_001, status: 5 } })

    expect(done).toMatchObject({ status: 200 })
    expect(await call(account, '/ResourceServiceDeskRoles/query', { body: byResource })).toMatchObject({
      json: { items: [{ resourceID: 70_001, roleID: serviceDeskRole, isDefault: true, isActive: false }] },
    })
  })

  test.each<[string, object, string]>([
    ['whose title is too long', { title: 'x'.repeat(256) }, 'title exceeds the maximum length of 255'],
    ['that says too much', { description: 'x'.repeat(8001) }, 'exceeds the maximum length of 8000'],
    ['with a long external id', { externalID: 'x'.repeat(51) }, 'exceeds the maximum length of 50'],
    ['in no queue', { queueID: null }, 'Missing Required Field: queueID'],
    ['without a priority', { priority: undefined }, 'Missing Required Field: priority'],
    ['of an unknown issue type', { issueType: 99 }, 'Picklist value 99 on field: issueType does not exist'],
  ])('a ticket %s is refused', async (_, values, message) => {
    const account = acmeAccount(at)
    const body = { companyID: 174, title: 'Off', status: 1, priority: 2, queueID: 8, ...values }

    const { status, json } = await call(account, '/Tickets', { body })

    expect([status, JSON.stringify(json)]).toEqual([500, expect.stringContaining(message)])
  })

  test('lists say what is chosen already and what is out of use', async () => {
    const account = acmeAccount(at)
    account.setPickInUse('Tickets', 'priority', 1, false)

    const { json } = await call(account, '/Tickets/entityInformation/fields')

    expect(json).toMatchObject({
      fields: expect.arrayContaining([
        expect.objectContaining({
          name: 'priority',
          picklistValues: [
            expect.objectContaining({ value: '1', isActive: false, isDefaultValue: false }),
            expect.objectContaining({ value: '2', isActive: true, isDefaultValue: true }),
            expect.objectContaining({ value: '3', isActive: true, isDefaultValue: false }),
            expect.objectContaining({ value: '4', isActive: true, isDefaultValue: false }),
          ],
        }),
      ]),
    })
  })

  test('what a person changes or removes in the screens is changed or gone', async () => {
    const account = acmeAccount(at)

    account.editByHand('Contracts', 7001, { status: 0, endDate: '2026-06-30' })
    account.removeByHand('ContractServices', 8002)

    expect(await call(account, '/Contracts/7001')).toMatchObject({
      json: { item: { status: 0, endDate: '2026-06-30T00:00:00Z' } },
    })
    expect(account.unitsOf(7001, '2026-06-30')).toEqual([
      { contractServiceID: 8001, serviceID: 501, units: 25 },
    ])
    expect(account.unitsOf(7001, '2026-07-01')).toEqual([])
  })
})

describe('routes', () => {
  test.each<[string, string, number]>([
    ['GET', '/Companies', 405],
    ['PATCH', '/Companies/174', 405],
    ['DELETE', '/Companies/174', 405],
    ['POST', '/ContractServices', 404],
    ['GET', '/Contracts/7001/Nothing', 404],
    ['GET', '/Contacts/1', 404],
    ['GET', '/Companies/174/', 200],
    ['GET', '/COMPANIES/174', 200],
    ['GET', '/ContractServiceUnits/entityInformation/userDefinedFields', 200],
  ])('%s %s is a %i', async (method, path, status) => {
    expect(await call(acmeAccount(at), path, { method })).toMatchObject({ status })
  })

  test('an address of more than 2,048 characters is turned away', async () => {
    const search = 'x'.repeat(2100)

    expect(await call(acmeAccount(at), `/Companies/query?search=${search}`)).toMatchObject({ status: 414 })
  })
})

test('the seed has every variety that matters', async () => {
  const account = at.account()

  const { expired, renewed, doubled, bundled, mixed, orphaned, monthEnd, inactiveCompany } = account.seed()

  expect(expired).toMatchObject({ endDate: '2025-12-31T00:00:00Z', companyID: renewed.companyID })
  expect(account.unitsOf(expired)).toEqual([])
  expect(account.unitsOf(renewed)).toMatchObject([{ units: 25 }])
  const [one, other] = account.unitsOf(doubled)
  expect([one?.serviceID === other?.serviceID, one?.contractServiceID === other?.contractServiceID]).toEqual([
    true,
    false,
  ])
  expect(account.unitsOf(bundled)).toEqual([])
  expect(account.timeline(account.unitsOf(mixed)[0]?.contractServiceID ?? 0)).toHaveLength(1)
  expect(account.timeline(account.unitsOf(monthEnd)[0]?.contractServiceID ?? 0)).toMatchObject([
    { startDate: '2026-01-31', endDate: '2026-02-27' },
    { startDate: '2026-02-28', endDate: '2026-03-30' },
    { startDate: '2026-03-31' },
    { startDate: '2026-04-30' },
  ])
  expect(await call(account, `/Contracts/${orphaned.id}/ServiceUnits`)).toMatchObject({
    json: { items: [1, 2, 3, 4, 5].map(() => ({ contractServiceID: null, units: 3 })) },
  })
  expect(inactiveCompany).toMatchObject({ isActive: false })
  expect(
    await call(account, '/Companies/query/count', { body: { filter: [{ op: 'exist', field: 'id' }] } }),
  ).toMatchObject({ json: { queryCount: 508 } })
})
