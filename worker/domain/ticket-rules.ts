import * as z from 'zod'
import { reference, text } from './configuration-text.ts'

/**
 * Why a device is Critical or Warning, in the order of the bits that Security Center reports.
 *
 * @see docs/vendors/kaspersky.md, "Device status"
 */
export const deviceStatuses = [
  'agent_inactive',
  'protection_not_run',
  'antivirus_not_running',
  'many_threats',
  'protection_level',
  'antivirus_missing',
  'scan_overdue',
  'databases_outdated',
  'not_seen',
  'licence_problem',
  'uncured_objects',
  'restart_required',
  'incompatible_software',
  'vulnerabilities',
  'updates_not_searched',
] as const

export const eventSeverities = ['critical', 'functional_failure', 'warning'] as const

export const faultLevels = ['critical', 'warning'] as const

/** Every rule may file its tickets in its own way; what is absent is as in the connection. */
const rule = {
  on: z.boolean(),
  board: text.optional(),
  statusNew: text.optional(),
  statusClosed: text.optional(),
  assignee: text.nullable().optional(),
  priority: text.nullable().optional(),
  type: text.nullable().optional(),
}

const eventRule = z.strictObject({
  ...rule,
  /** An older event opens no ticket. */
  lifetimeDays: z.int().min(1).max(365).default(1),
})

const statusRule = z.strictObject({
  ...rule,
  /** A status that is over within this time opens no ticket. */
  delayMinutes: z.int().min(0).max(10_080).default(0),
  /** How ill a device has to be for it. */
  levels: z
    .array(z.enum(faultLevels))
    .min(1)
    .max(faultLevels.length)
    .default([...faultLevels]),
})

const healthRule = z.strictObject({
  ...rule,
  /** Whom tickets about tallypod itself are for; null: the MSP's own company, where the PSA tells it. */
  company: text.nullable().default(null),
})

export const ticketConnection = z.strictObject({
  connection: text,
  /** In Autotask, the queue. */
  board: text,
  statusNew: text,
  statusClosed: text,
  assignee: text.nullable().default(null),
  priority: text.nullable().default(null),
  type: text.nullable().default(null),
  /** The same cause within so many days of closing opens the former ticket again; 0 always opens a new one. */
  reopenDays: z.int().min(0).max(365).default(3),
  /** What is absent is off. */
  events: z.partialRecord(z.enum(eventSeverities), eventRule).default({}),
  /** What is absent is off. */
  statuses: z.partialRecord(z.enum(deviceStatuses), statusRule).default({}),
  health: healthRule.default({ on: false, company: null }),
})

export const ticketCompany = z.strictObject({
  company: reference,
  /** No tickets for this company. */
  off: z.boolean(),
})

/** Which faults become tickets, and how. Both lists empty: none do. */
export const ticketRules = z.strictObject({
  connections: z.array(ticketConnection).default([]),
  companies: z.array(ticketCompany).default([]),
})

export type TicketRules = z.output<typeof ticketRules>
export type TicketConnection = z.output<typeof ticketConnection>
export type TicketCompany = z.output<typeof ticketCompany>
export type DeviceStatus = (typeof deviceStatuses)[number]
export type EventSeverity = (typeof eventSeverities)[number]
export type FaultLevel = (typeof faultLevels)[number]
