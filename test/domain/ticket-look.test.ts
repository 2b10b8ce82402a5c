import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FaultyDevice, SecurityEvent } from '../../worker/domain/security.ts'
import { type LookFacts, planLook, stormFrom } from '../../worker/domain/ticket-look.ts'
import { type TicketConnection, ticketConnection } from '../../worker/domain/ticket-rules.ts'

const now = Date.parse('2026-03-04T12:00:00Z')
const minute = 60_000
const day = 86_400_000

function rules(given: Partial<TicketConnection> = {}): TicketConnection {
  return ticketConnection.parse({
    connection: 'cw',
    board: '1',
    statusNew: '101',
    statusClosed: '109',
    events: { critical: { on: true } },
    statuses: { antivirus_not_running: { on: true } },
    ...given,
  })
}

function look(given: Partial<LookFacts>) {
  return planLook({
    tenant: 'ksc/acme',
    nowMs: now,
    rules: rules(),
    events: [],
    devices: null,
    faults: [],
    tickets: [],
    ...given,
  })
}

function event(given: Partial<SecurityEvent> = {}): SecurityEvent {
  return {
    id: 1,
    type: 'GNRL_EV_VIRUS_FOUND',
    typeName: 'Malicious object found',
    severity: 'critical',
    device: { id: 'h1', name: 'PC-1' },
    at: '2026-03-04T11:00:00Z',
    text: '',
    ...given,
  }
}

function ill(id: string, given: Partial<FaultyDevice> = {}): FaultyDevice {
  return { id, name: id.toUpperCase(), level: 'critical', reasons: ['antivirus_not_running'], ...given }
}

function many(count: number): FaultyDevice[] {
  return Array.from({ length: count }, (_, n) => ill(`pc-${n}`))
}

describe('events', () => {
  test('those of one type are one cause, counted by device, with times and an example', () => {
    const { causes } = look({
      events: [
        event({ id: 1, at: '2026-03-04T09:00:00Z' }),
        event({ id: 2, at: '2026-03-04T08:00:00Z', text: 'EICAR in a.zip' }),
        event({ id: 3, device: { id: 'h2', name: 'PC-2' } }),
        event({ id: 4, type: 'GNRL_EV_ATTACK_DETECTED', typeName: 'Network attack detected' }),
      ],
    })

    expect(causes).toMatchObject([
      {
        cause: 'event:GNRL_EV_VIRUS_FOUND',
        rule: 'event:critical',
        subject: 'Malicious object found',
        example: 'EICAR in a.zip',
        count: 3,
        happenings: [
          {
            device: { id: 'ksc/acme/h1', name: 'PC-1' },
            count: 2,
            firstAt: '2026-03-04T08:00:00Z',
            lastAt: '2026-03-04T09:00:00Z',
          },
          { device: { id: 'ksc/acme/h2', name: 'PC-2' }, count: 1 },
        ],
        reopens: null,
      },
      { cause: 'event:GNRL_EV_ATTACK_DETECTED', count: 1 },
    ])
  })

  test('an event of a severity that is off, or older than its lifetime, opens nothing', () => {
    const { causes } = look({
      rules: rules({
        events: { critical: { on: true, lifetimeDays: 2 }, warning: { on: false, lifetimeDays: 9 } },
      }),
      events: [
        event({ id: 1, severity: 'warning' }),
        event({ id: 2, severity: 'functional_failure' }),
        event({ id: 3, at: new Date(now - 2 * day - 1).toISOString() }),
        event({ id: 4, type: 'IN_TIME', at: new Date(now - 2 * day).toISOString() }),
      ],
    })

    expect(causes.map(({ cause }) => cause)).toEqual(['event:IN_TIME'])
  })
})

describe('states of devices', () => {
  test('each device and reason gets a ticket of its own', () => {
    const { causes, faults } = look({ devices: [ill('pc-1'), ill('pc-2', { level: 'warning' })] })

    expect(causes.map(({ cause, subject, count }) => [cause, subject, count])).toEqual([
      ['status:antivirus_not_running:ksc/acme/pc-1', 'Protection is installed but not running', 1],
      ['status:antivirus_not_running:ksc/acme/pc-2', 'Protection is installed but not running', 1],
    ])
    expect(faults.map(({ deviceId, sinceMs, cause }) => [deviceId, sinceMs, cause])).toEqual([
      ['pc-1', now, 'status:antivirus_not_running:ksc/acme/pc-1'],
      ['pc-2', now, 'status:antivirus_not_running:ksc/acme/pc-2'],
    ])
  })

  test(`${stormFrom} devices at once share a ticket, ${stormFrom - 1} do not`, () => {
    expect(look({ devices: many(stormFrom - 1) }).causes.length).toBe(stormFrom - 1)

    const { causes, faults } = look({ devices: many(500) })

    expect(causes).toMatchObject([{ cause: 'status:antivirus_not_running', count: 500 }])
    expect(causes[0]?.happenings.length).toBe(500)
    expect(new Set(faults.map(({ cause }) => cause))).toEqual(new Set(['status:antivirus_not_running']))
  })

  test('while such a shared ticket is open, a further device joins it', () => {
    const { causes } = look({
      devices: [ill('pc-1')],
      tickets: [{ id: 't1', cause: 'status:antivirus_not_running', closed: null }],
    })

    expect(causes).toMatchObject([{ cause: 'status:antivirus_not_running', count: 1, reopens: null }])
  })

  test('a delay of 30 minutes: nothing at first, nothing when it is well in between, a ticket after 30', () => {
    const delayed = rules({
      statuses: { antivirus_not_running: { on: true, delayMinutes: 30, levels: ['critical', 'warning'] } },
    })
    const seen = (minutesAgo: number) => ({
      deviceId: 'pc-1',
      name: 'PC-1',
      status: 'antivirus_not_running' as const,
      sinceMs: now - minutesAgo * minute,
      ticketed: false,
    })

    expect(look({ rules: delayed, devices: [ill('pc-1')] })).toMatchObject({
      causes: [],
      faults: [{ deviceId: 'pc-1', cause: null }],
    })
    expect(look({ rules: delayed, devices: [], faults: [seen(20)] })).toMatchObject({
      causes: [],
      over: [{ deviceId: 'pc-1', status: 'antivirus_not_running' }],
    })
    expect(look({ rules: delayed, devices: [ill('pc-1')], faults: [seen(29)] }).causes).toEqual([])
    expect(look({ rules: delayed, devices: [ill('pc-1')], faults: [seen(30)] }).causes).toMatchObject([
      { happenings: [{ firstAt: new Date(now - 30 * minute).toISOString() }] },
    ])
  })

  test('a fault that has its ticket is not told again, and over once the device is well of it', () => {
    const known = {
      deviceId: 'pc-1',
      name: 'PC-1',
      status: 'antivirus_not_running' as const,
      sinceMs: now - day,
      ticketed: true,
    }

    expect(look({ devices: [ill('pc-1')], faults: [known] })).toEqual({ causes: [], faults: [], over: [] })
    expect(look({ devices: [ill('pc-1', { reasons: ['scan_overdue'] })], faults: [known] }).over).toEqual([
      { deviceId: 'pc-1', status: 'antivirus_not_running' },
    ])
    expect(look({ devices: null, faults: [known] }).over).toEqual([])
  })

  test('a rule that is switched off closes nothing as long as the device is ill', () => {
    const known = {
      deviceId: 'pc-1',
      name: 'PC-1',
      status: 'antivirus_not_running' as const,
      sinceMs: now - day,
      ticketed: true,
    }
    const off = rules({ statuses: {} })

    expect(look({ rules: off, devices: [ill('pc-1')], faults: [known] }).over).toEqual([])
    expect(look({ rules: off, devices: [], faults: [known] }).over.length).toBe(1)
  })

  test('a rule for Critical devices alone leaves those at Warning out', () => {
    const critical = rules({
      statuses: { antivirus_not_running: { on: true, delayMinutes: 0, levels: ['critical'] } },
    })

    const { causes } = look({ rules: critical, devices: [ill('pc-1', { level: 'warning' }), ill('pc-2')] })

    expect(causes.map(({ cause }) => cause)).toEqual(['status:antivirus_not_running:ksc/acme/pc-2'])
  })
})

describe('tickets that were closed', () => {
  const cause = 'status:antivirus_not_running:ksc/acme/pc-1'
  const closed = (id: string, by: 'itself' | 'person', daysAgo: number) => ({
    id,
    cause,
    closed: { by, atMs: now - daysAgo * day },
  })
  const reopened = (tickets: LookFacts['tickets'], reopenDays = 3) =>
    look({ rules: rules({ reopenDays }), devices: [ill('pc-1')], tickets }).causes[0]?.reopens

  test('the last one that closed by itself within 3 days is opened again', () => {
    expect(reopened([closed('old', 'itself', 2.9), closed('new', 'itself', 1)])).toBe('new')
    expect(reopened([closed('old', 'itself', 3.1)])).toBeNull()
    expect(reopened([closed('new', 'itself', 1)], 0)).toBeNull()
  })

  test('one that a person closed is left alone', () => {
    expect(reopened([closed('theirs', 'person', 1)])).toBeNull()
  })

  test('an open one goes on', () => {
    expect(reopened([{ id: 'open', cause, closed: null }, closed('old', 'itself', 1)])).toBeNull()
  })
})

test('whatever comes: a cause once a look, each count the sum of its devices, and no time in its name', () => {
  const severity = fc.constantFrom('critical' as const, 'warning' as const, 'functional_failure' as const)
  const events = fc.array(
    fc.record({
      type: fc.constantFrom('A', 'B', 'C'),
      severity,
      device: fc.constantFrom('h1', 'h2', 'h3'),
      minutesAgo: fc.nat({ max: 3_000 }),
    }),
    { maxLength: 40 },
  )
  const devices = fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 30 })
  fc.assert(
    fc.property(events, devices, fc.nat({ max: day }), (found, illOnes, later) => {
      const facts = (shift: number) => ({
        nowMs: now + shift,
        events: found.map(({ type, severity: level, device, minutesAgo }, index) =>
          event({
            id: index,
            type,
            severity: level,
            device: { id: device, name: device },
            at: new Date(now + shift - minutesAgo * minute).toISOString(),
          }),
        ),
        devices: illOnes.map((n) => ill(`pc-${n}`)),
      })
      const plan = look(facts(0))

      const causes = plan.causes.map(({ cause }) => cause)
      expect(new Set(causes).size).toBe(causes.length)
      for (const { count, happenings } of plan.causes) {
        expect(happenings.reduce((sum, each) => sum + each.count, 0)).toBe(count)
      }
      expect(plan.faults.length).toBe(illOnes.length)
      expect(look(facts(later)).causes.map(({ cause }) => cause)).toEqual(causes)
    }),
  )
})
