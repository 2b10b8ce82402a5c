import { describe, expect, test } from 'vitest'
import type { NewTicket, TicketDesk } from '../../worker/psa/ticket-port.ts'
import { surelyNotDone, VendorError } from '../../worker/vendor/error.ts'
import type { SideDesk } from '../support/sides/desk.ts'

/** One account at an emulated PSA, with no tickets yet. */
export interface DeskAccount {
  desk: TicketDesk
  side: SideDesk
  /** The id of a new company. */
  company(name: string): string
  /** That came to the PSA so far. */
  readonly calls: readonly unknown[]
  /** The next write is carried out, but its answer never comes. */
  loseAnswerToNextWrite(): void
  refuseNextWrite(): void
}

/** The stories that hold for the service desk of every PSA. */
export function deskContract(vendor: string, open: () => Promise<DeskAccount>): void {
  describe(`${vendor} as a service desk`, () => {
    test('a ticket is made as it is asked for, and its text is whole', async () => {
      const { desk, side, companyId, ticket } = await withCompany()
      const text = 'PC-1: the protection is off.\nSince 2 March.\n"Quoted" <b>and</b> ü & 漢字'

      const id = await desk.create(ticket({ title: 'Protection is off on PC-1', text }))

      expect(side.tickets(companyId)).toEqual([
        { id, title: 'Protection is off on PC-1', text, ...filed(side), notes: [] },
      ])
    })

    test('what need not be chosen may be left to the PSA', async () => {
      const { desk, side, companyId, ticket } = await withCompany()

      const id = await desk.create(
        ticket({ filing: { ...side.filing, priority: null, type: null, assignee: null } }),
      )

      expect(side.tickets(companyId)).toMatchObject([
        { id, board: side.filing.board, status: side.filing.status, assignee: null },
      ])
    })

    test('what can be chosen is listed, with the statuses that close a ticket', async () => {
      const { desk, side } = await withCompany()
      const { board, status, priority, type, assignee } = side.filing
      const ids = async (list: Parameters<TicketDesk['choices']>[0]) =>
        (await desk.choices(list, board)).map(({ id }) => id)

      expect(await ids('board')).toContain(board)
      expect(await ids('priority')).toContain(priority)
      expect(await ids('type')).toContain(type)
      expect(await ids('assignee')).toContain(assignee)
      const statuses = await desk.choices('status', board)
      expect(statuses.map(({ id }) => id)).toEqual(
        expect.arrayContaining([status, side.otherStatus, side.closedStatus]),
      )
      expect(statuses.find(({ id }) => id === status)?.closed ?? false).toBe(false)
      expect(statuses.find(({ id }) => id === side.closedStatus)?.closed ?? true).toBe(true)
      for (const { name } of statuses) expect(name).not.toBe('')
    })

    test('a board that is out of use is listed no more', async () => {
      const { desk, side } = await withCompany()
      side.setBoardInUse(false)

      expect((await desk.choices('board', side.filing.board)).map(({ id }) => id)).not.toContain(
        side.filing.board,
      )
    })

    test('a ticket is found by its key alone, and only at its own company', async () => {
      const { desk, companyId, company, ticket } = await withCompany()
      await desk.create(ticket({ key: 'tallypod-1' }))
      const id = await desk.create(ticket({ key: 'tallypod-12' }))
      await desk.create(ticket({ key: 'tallypod-123' }))

      expect(await desk.find('tallypod-12', companyId)).toBe(id)
      expect(await desk.find('tallypod-124', companyId)).toBeNull()
      expect(await desk.find('tallypod-12', company('Another'))).toBeNull()
    })

    test('a ticket whose answer was lost is there, and is found', async () => {
      const account = await withCompany()
      const { desk, side, companyId, ticket } = account
      account.loseAnswerToNextWrite()

      const error = await failureOf(desk.create(ticket({ key: 'tallypod-lost' })))

      expect(surelyNotDone(error.failure)).toBe(false)
      const [made, ...others] = side.tickets(companyId)
      expect(others).toEqual([])
      expect(await desk.find('tallypod-lost', companyId)).toBe(made?.id)
    })

    test('a refused ticket is surely not made, and the reason is told', async () => {
      const account = await withCompany()
      account.refuseNextWrite()

      const error = await failureOf(account.desk.create(account.ticket({})))

      expect(surelyNotDone(error.failure)).toBe(true)
      expect(account.side.tickets(account.companyId)).toEqual([])
    })

    test('a ticket for a company that is not there is refused', async () => {
      const { desk, ticket } = await withCompany()

      const error = await failureOf(desk.create(ticket({ companyId: '2099999' })))

      expect(surelyNotDone(error.failure)).toBe(true)
    })

    test('a ticket is closed and opened again, and twice the same is once', async () => {
      const { desk, side, companyId, ticket } = await withCompany()
      const id = await desk.create(ticket({}))

      expect(await desk.setStatus(id, side.closedStatus)).toBe('done')
      expect(await desk.setStatus(id, side.closedStatus)).toBe('done')
      expect(side.tickets(companyId)).toMatchObject([{ id, status: side.closedStatus }])

      expect(await desk.setStatus(id, side.filing.status)).toBe('done')
      expect(side.tickets(companyId)).toMatchObject([{ id, ...filed(side) }])
    })

    test('many tickets are looked at: how each stands, and which are gone', async () => {
      const { desk, side, companyId, ticket } = await withCompany()
      const ids: string[] = []
      for (let n = 0; n < 6; n++) ids.push(await desk.create(ticket({ key: `tallypod-${n}` })))
      const [untouched = '', closed = '', removed = '', ...others] = ids
      side.setStatusByHand(closed, side.closedStatus)
      side.removeByHand(removed)
      for (const id of others) side.setStatusByHand(id, side.otherStatus)

      const states = await desk.states([...ids, '2099999', 'no id'])

      expect(states.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))).toEqual([
        { id: untouched, status: side.filing.status, closed: false },
        { id: closed, status: side.closedStatus, closed: true },
        ...others.map((id) => ({ id, status: side.otherStatus, closed: false })),
      ])
      expect(side.tickets(companyId).length).toBe(5)
      expect(await desk.states([])).toEqual([])
    })

    test('notes stand below the ticket in their order', async () => {
      const { desk, side, companyId, ticket } = await withCompany()
      const id = await desk.create(ticket({}))

      await desk.addNote(id, 'It happened again.\nPC-2 too.')
      await desk.addNote(id, 'And again.')

      expect(side.tickets(companyId)[0]?.notes).toEqual(['It happened again.\nPC-2 too.', 'And again.'])
    })

    test('people get an address for the ticket, or none at all', async () => {
      const { desk, ticket } = await withCompany()
      const id = await desk.create(ticket({}))

      const url = await desk.url(id)

      if (url !== null) expect(new URL(url).href).toContain(id)
    })

    test('what somebody has open in the PSA waits where the PSA locks it', async () => {
      const { desk, side, companyId, ticket } = await withCompany()
      const id = await desk.create(ticket({}))
      if (side.setLocked === null) {
        expect(await desk.setStatus(id, side.closedStatus)).toBe('done')
        return
      }
      side.setLocked(id, true)
      expect(await desk.setStatus(id, side.closedStatus)).toBe('locked')
      expect(side.tickets(companyId)).toMatchObject([{ id, status: side.filing.status }])

      side.setLocked(id, false)
      expect(await desk.setStatus(id, side.closedStatus)).toBe('done')
    })
  })

  async function withCompany() {
    const account = await open()
    const companyId = account.company('Acme')
    const ticket = (given: Partial<NewTicket>): NewTicket => ({
      key: 'tallypod-key',
      companyId,
      title: 'A ticket',
      text: 'What it is about.',
      filing: account.side.filing,
      ...given,
    })
    return { ...account, companyId, ticket }
  }
}

function filed({ filing }: SideDesk) {
  const { board, status, priority, type, assignee } = filing
  return { board, status, priority, type, assignee }
}

async function failureOf(work: Promise<unknown>): Promise<VendorError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof VendorError) return error
  throw new Error('it should have failed')
}
