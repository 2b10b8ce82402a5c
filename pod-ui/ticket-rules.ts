import type { InferRequestType, InferResponseType } from 'hono/client'
import { api, answerOf } from './api.ts'
import { createDrafts } from './drafts.ts'

type Body = InferResponseType<(typeof api)['ticket-rules']['$get'], 200>

/** How tickets of one PSA are made. */
export type TicketRules = Body['connections'][number]
type Company = Body['companies'][number]
export type OwnCompany = Body['ownCompanies'][number]

export interface AllRules {
  connections: TicketRules[]
  /** Those that get none. */
  companies: Company[]
}

/** What tickets are filed under; what is absent is as for the PSA as a whole. */
export interface Filing {
  board?: string | undefined
  statusNew?: string | undefined
  statusClosed?: string | undefined
  priority?: string | null | undefined
  type?: string | null | undefined
  assignee?: string | null | undefined
}

export const severities = ['critical', 'functional_failure', 'warning'] as const
export const reasons = [
  'antivirus_not_running',
  'antivirus_missing',
  'protection_not_run',
  'protection_level',
  'many_threats',
  'uncured_objects',
  'scan_overdue',
  'databases_outdated',
  'licence_problem',
  'not_seen',
  'agent_inactive',
  'restart_required',
  'incompatible_software',
  'vulnerabilities',
  'updates_not_searched',
] as const
export type Severity = (typeof severities)[number]
export type Reason = (typeof reasons)[number]
export type Level = 'warning' | 'critical'

export const ticketDrafts = createDrafts<AllRules>()
const key = 'tickets'

export function rulesNow(stored: AllRules): AllRules {
  return ticketDrafts.of(key, stored)
}

export function changeRules(stored: AllRules, after: AllRules): void {
  ticketDrafts.change(key, stored, after)
}

/** Puts the rules of one PSA in the place of those it had, if any. */
export function changeRulesOf(stored: AllRules, rules: TicketRules): void {
  const now = rulesNow(stored)
  const isThere = now.connections.some(({ connection }) => connection === rules.connection)
  const connections = isThere
    ? now.connections.map((one) => (one.connection === rules.connection ? rules : one))
    : [...now.connections, rules]
  changeRules(stored, { ...now, connections })
}

export async function saveRules(): Promise<number> {
  const draft = ticketDrafts.all.value.get(key)
  if (draft === undefined) return 0
  const json = { before: sent(draft.before), after: sent(draft.after) }
  await answerOf(api['ticket-rules'].$put({ json }))
  return 1
}

type SentRules = InferRequestType<(typeof api)['ticket-rules']['$put']>['json']['after']

/** Without the names that only people read. */
export function sent({ connections, companies }: AllRules): SentRules {
  return {
    connections: connections as SentRules['connections'],
    companies: companies.map(({ company, off }) => ({ company, off })),
  }
}

/** Everything off. */
export function newRules(connection: string): TicketRules {
  return {
    connection,
    board: '',
    statusNew: '',
    statusClosed: '',
    assignee: null,
    priority: null,
    type: null,
    reopenDays: 3,
    events: {},
    statuses: {},
    health: { on: false, company: null },
  }
}

export function eventRule({ events }: TicketRules, severity: Severity) {
  return events[severity] ?? { on: false, lifetimeDays: 1 }
}

export function statusRule({ statuses }: TicketRules, reason: Reason) {
  return statuses[reason] ?? { on: false, delayMinutes: 0, levels: ['critical' as const, 'warning' as const] }
}

/** The rule of a reason with one of its two levels switched. */
export function atLevel(rule: ReturnType<typeof statusRule>, level: Level, on: boolean) {
  const others = rule.on ? rule.levels.filter((one) => one !== level) : []
  if (on) return { ...rule, on, levels: [...others, level].toSorted() }
  return others.length === 0 ? { ...rule, on } : { ...rule, levels: others }
}

export function isAtLevel(rule: ReturnType<typeof statusRule>, level: Level): boolean {
  return rule.on && rule.levels.includes(level)
}

export type Choice = InferResponseType<(typeof api)['ticket-choices']['$get'], 200>['items'][number]
export type ChoiceList = InferRequestType<(typeof api)['ticket-choices']['$get']>['query']['list']

/** What can be chosen; without a board there are no statuses and types to choose. */
export async function ticketChoices(
  connection: string,
  list: ChoiceList,
  board?: string,
  signal?: AbortSignal,
): Promise<Choice[]> {
  if (board === '') return []
  const query = { connection, list, ...(board === undefined ? {} : { board }) }
  const { items } = await answerOf(
    api['ticket-choices'].$get({ query }, signal === undefined ? {} : { init: { signal } }),
  )
  return items
}

/** What of `now` there is on another board, and what to begin with where there is not. */
export async function filingOn(connection: string, board: string, now: Filing): Promise<Filing> {
  const [statuses, types] = await Promise.all([
    ticketChoices(connection, 'status', board),
    ticketChoices(connection, 'type', board),
  ])
  const status = (wanted: string | undefined, closed: boolean) =>
    (statuses.find(({ id }) => id === wanted) ?? statuses.find((one) => (one.closed ?? false) === closed))
      ?.id ?? ''
  return {
    board,
    statusNew: status(now.statusNew, false),
    statusClosed: status(now.statusClosed, true),
    type: types.some(({ id }) => id === now.type) ? now.type : null,
  }
}
