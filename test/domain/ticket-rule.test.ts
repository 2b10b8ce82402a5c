import { describe, expect, test } from 'vitest'
import { brokenRules, type DeskLists } from '../../worker/domain/broken-rules.ts'
import { filingOf, rulesInForce, statusesOf, watchedBy } from '../../worker/domain/ticket-rule.ts'
import { ticketConnection } from '../../worker/domain/ticket-rules.ts'

const rules = ticketConnection.parse({
  connection: 'cw',
  board: '1',
  statusNew: '101',
  statusClosed: '109',
  priority: '4',
  events: { critical: { on: true, lifetimeDays: 2 }, warning: { on: false, lifetimeDays: 30 } },
  statuses: { scan_overdue: { on: true, board: '2', statusNew: '201', statusClosed: '209', priority: null } },
  health: { on: true },
})

test('a rule files as its connection does, except for what it says itself', () => {
  const general = {
    board: '1',
    statusNew: '101',
    statusClosed: '109',
    assignee: null,
    priority: '4',
    type: null,
  }

  expect(filingOf(rules, 'event:critical')).toEqual(general)
  expect(filingOf(rules, 'status:scan_overdue')).toEqual({
    ...general,
    board: '2',
    statusNew: '201',
    statusClosed: '209',
    priority: null,
  })
})

test('a rule that is off or absent files nothing, and is not watched for', () => {
  expect(filingOf(rules, 'event:warning')).toBeNull()
  expect(filingOf(rules, 'event:functional_failure')).toBeNull()
  expect(filingOf(rules, 'status:not_seen')).toBeNull()
  expect(rulesInForce(rules)).toEqual(['event:critical', 'status:scan_overdue', 'health'])
  expect(watchedBy([rules])).toEqual({
    severities: ['critical'],
    lifetimeDays: 2,
    statuses: ['scan_overdue'],
  })
})

describe('the statuses of a ticket', () => {
  const made = { board: '2', statusNew: '200', statusClosed: '208' }

  test('are those of its rule, be it on or off', () => {
    expect(statusesOf(rules, 'event:warning', null)).toEqual({
      board: '1',
      statusNew: '101',
      statusClosed: '109',
    })
    expect(statusesOf(rules, 'status:scan_overdue', made)).toEqual({
      board: '2',
      statusNew: '201',
      statusClosed: '209',
    })
  })

  test('stay those of the board on which it was made, where its rule goes to another one by now', () => {
    expect(statusesOf(rules, 'event:critical', made)).toEqual(made)
  })
})

describe('what a PSA no longer has', () => {
  const ids = (...values: string[]) => new Set(values)
  const lists = (given: Partial<DeskLists> = {}): DeskLists => ({
    boards: ids('1', '2'),
    priorities: ids('4'),
    assignees: ids(),
    statuses: new Map([
      ['1', ids('101', '109')],
      ['2', ids('201', '209')],
    ]),
    types: new Map(),
    hasOwnCompany: true,
    ...given,
  })
  const told = (given: Partial<DeskLists>) =>
    brokenRules(rules, lists(given)).map(({ rule, message }) => [rule, /\((\w+)\)/.exec(message)?.[1]])

  test('where all is there, nothing is broken', () => {
    expect(told({})).toEqual([])
  })

  test('only rules that need it are skipped', () => {
    expect(told({ boards: ids('1') })).toEqual([['status:scan_overdue', '2']])
    expect(told({ priorities: ids() })).toEqual([
      ['event:critical', '4'],
      ['health', '4'],
    ])
    expect(
      told({
        statuses: new Map([
          ['1', ids('101')],
          ['2', ids('201', '209')],
        ]),
      }),
    ).toEqual([
      ['event:critical', '109'],
      ['health', '109'],
    ])
  })

  test("tickets about tallypod itself need the MSP's own company", () => {
    expect(told({ hasOwnCompany: false })).toEqual([['health', undefined]])
  })
})
