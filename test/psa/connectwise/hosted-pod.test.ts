import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PodSetup } from '../../../worker/psa/port.ts'
import type { Account } from '../../vendors/connectwise/account.ts'
import { type ConnectWise, startConnectWise } from '../../vendors/connectwise/server.ts'
import { failureOf } from '../contract.ts'
import { memoryOf } from '../root-memory.ts'
import { adapterOf, apiRootOf, type Differences } from './adapter.ts'

let vendor: ConnectWise
beforeAll(async () => {
  vendor = await startConnectWise()
})
afterAll(() => vendor.close())

const [company, agreement] = ['3', '5']
const pod: PodSetup = {
  description: 'tallypod',
  url: 'https://tally.example/pod?id=[cw_id]&screen=[cw_screen]',
  origin: 'https://tally.example',
  height: 600,
}

function opened(differences: Differences = {}) {
  const account = vendor.account()
  const psa = adapterOf(account, { memory: memoryOf(apiRootOf(account)), ...differences })
  return { account, psa }
}

/** The screens of all setups, in the order they were made. */
function screensWithPod(account: Account) {
  return account.store.hostedSetups.all().map(({ screenId }) => screenId)
}

const isPost = ({ method }: { method: string }) => method === 'POST'

test('the screens are those that ConnectWise has, and the pod is on none at first', async () => {
  const { psa } = opened()

  expect(await psa.podState(pod)).toEqual({
    registered: false,
    screens: [
      { id: '1', name: 'Service Ticket' },
      { id: '2', name: 'Contact' },
      { id: '3', name: 'Company' },
      { id: '4', name: 'Sales Order' },
      { id: '5', name: 'Agreement' },
    ],
    problem: null,
  })
})

test('each screen gets all that the pod needs', async () => {
  const { account, psa } = opened()

  const registration = await psa.registerPod(pod, [company, agreement])

  expect(registration).toEqual({ made: ['3', '5'], problem: null })
  expect(account.store.hostedSetups.all()).toMatchObject([
    {
      screenId: 3,
      description: 'tallypod',
      url: pod.url,
      origin: 'https://tally.example',
      type: 'Pod',
      clientId: account.clientId,
      podHeight: 600,
    },
    { screenId: 5, url: pod.url },
  ])
  expect(await psa.podState(pod)).toMatchObject({ registered: true, problem: null })
})

test('a pod that is there stays alone, also where a screen is named twice', async () => {
  const { account, psa } = opened()
  await psa.registerPod(pod, [company])

  const again = await psa.registerPod(pod, [company, agreement, agreement])

  expect(again).toEqual({ made: ['5'], problem: null })
  expect(screensWithPod(account)).toEqual([3, 5])
})

test('the pod of another deployment does not count', async () => {
  const { account, psa } = opened()
  await psa.registerPod({ ...pod, url: 'https://other.example/pod' }, [company])

  expect(await psa.podState(pod)).toMatchObject({ registered: false })
  expect(await psa.registerPod(pod, [company])).toEqual({ made: ['3'], problem: null })
  expect(screensWithPod(account)).toEqual([3, 3])
})

test('a pod that was switched off is told and not made again', async () => {
  const { account, psa } = opened()
  await psa.registerPod(pod, [company])
  for (const setup of account.store.hostedSetups.all()) setup.disabledFlag = true

  expect(await psa.podState(pod)).toMatchObject({
    registered: false,
    problem: { code: 'pod_switched_off', message: expect.stringContaining('Manage Hosted API') },
  })
  expect(await psa.registerPod(pod, [company])).toMatchObject({
    made: [],
    problem: { code: 'pod_switched_off' },
  })
  expect(screensWithPod(account)).toEqual([3])
})

describe('after a lost answer', () => {
  test('the pod that was made counts as made, once', async () => {
    const { account, psa } = opened()
    account.faults.add({ kind: 'resetAfter', match: isPost })

    const registration = await psa.registerPod(pod, [company, agreement])

    expect(registration).toEqual({ made: ['3', '5'], problem: null })
    expect(screensWithPod(account)).toEqual([3, 5])
  })

  test('a pod that was not made is a failure, and made by the next try', async () => {
    const { account, psa } = opened()
    account.faults.add({ kind: 'resetBefore', match: isPost })

    expect(await failureOf(psa.registerPod(pod, [company]))).toMatchObject({ kind: 'unavailable' })
    expect(screensWithPod(account)).toEqual([])

    expect(await psa.registerPod(pod, [company])).toEqual({ made: ['3'], problem: null })
    expect(screensWithPod(account)).toEqual([3])
  })
})

describe('where ConnectWise does not let us', () => {
  test('look, nothing is known, and the missing right is named', async () => {
    const { account, psa } = opened()
    account.deny('System', 'Table Setup', 'inquire')

    const problem = {
      code: 'right_missing',
      message: expect.stringContaining('Table Setup'),
      reply: expect.stringContaining('does not allow to inquire System, Table Setup'),
    }
    expect(await psa.podState(pod)).toEqual({ registered: null, screens: [], problem })
    expect(await psa.registerPod(pod, [company])).toEqual({ made: [], problem })
  })

  test('add, nothing is made, and the missing right is named', async () => {
    const { account, psa } = opened()
    account.deny('System', 'Table Setup', 'add')

    expect(await psa.registerPod(pod, [company])).toMatchObject({
      made: [],
      problem: { code: 'right_missing' },
    })
    expect(screensWithPod(account)).toEqual([])
  })

  test('reach the list at all, it is done by hand', async () => {
    const { account, psa } = opened()
    account.faults.add({
      kind: 'status',
      status: 404,
      times: Number.POSITIVE_INFINITY,
      match: ({ path }) => /hosted/i.test(path),
    })

    expect(await psa.podState(pod)).toMatchObject({ registered: null, problem: { code: 'not_offered' } })
  })
})

test('a screen that does not exist ends the registration; what was made before is told', async () => {
  const { account, psa } = opened()

  expect(await psa.registerPod(pod, [company, '99', agreement])).toMatchObject({
    made: ['3'],
    problem: { code: 'registration_refused', reply: expect.stringContaining('no such screen') },
  })
  expect(await psa.registerPod(pod, ['company'])).toMatchObject({
    made: [],
    problem: { code: 'screen_not_found' },
  })
  expect(screensWithPod(account)).toEqual([3])
})

test('no problem holds the keys, even where ConnectWise quotes them', async () => {
  const { account, psa } = opened()
  const body = `refused for ${account.privateKey}`
  account.faults.add({ kind: 'status', status: 400, body, match: isPost })

  expect(await psa.registerPod(pod, [company])).toMatchObject({
    problem: { code: 'registration_refused', reply: 'refused for •••' },
  })
})

test('an outage is a failure, not an answer', async () => {
  const { account, psa } = opened()
  account.faults.add({ kind: 'status', status: 503, match: () => true })

  expect(await failureOf(psa.podState(pod))).toMatchObject({ kind: 'unavailable', status: 503 })
})
