import * as z from 'zod'
import { defaultGuardRails } from './guard-rails.ts'
import { line, reference, text } from './configuration-text.ts'
import { ticketRules } from './ticket-rules.ts'

const timeZone = z.string().refine(isTimeZone, {
  error: 'This time zone does not exist. Use an IANA name such as "Europe/Berlin".',
  params: { code: 'unknown_time_zone' },
})

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'Write the time as HH:MM, from 00:00 to 23:59.' })

const percent = z.int().min(0).max(100)
const risePercent = z.int().min(0).max(10_000)
const licences = z.int().min(0).max(1_000_000)
const atLeastOne = z.int().min(1).max(1_000_000)

/** Limits beyond which a change waits for a person; whole numbers. */
const guardRails = z.strictObject({
  holdFallPercent: percent.default(defaultGuardRails.holdFallPercent),
  holdFallUnits: licences.default(defaultGuardRails.holdFallUnits),
  holdRisePercent: risePercent.default(defaultGuardRails.holdRisePercent),
  holdRiseUnits: licences.default(defaultGuardRails.holdRiseUnits),
  holdZeroFrom: atLeastOne.default(defaultGuardRails.holdZeroFrom),
  runFallPercent: percent.default(defaultGuardRails.runFallPercent),
  runFallLines: atLeastOne.default(defaultGuardRails.runFallLines),
})

export const settings = z.strictObject({
  timeZone,
  /** `HH:MM` in `timeZone`. */
  dailyRunAt: timeOfDay,
  approval: z.enum(['automatic', 'everything']),
  guardRails: guardRails.prefault({}),
})

/** Names and values for an access proxy in front of the vendor; which names are allowed is checked apart. */
const headers = z.record(
  z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: 'A header name has letters, digits and dashes only.' }),
  z
    .string()
    .regex(/^[\x20-\x7e\x80-\xff]+$/, { error: 'A header value is one line of Latin text and not empty.' }),
)

const connectionId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, {
  error: 'An id has up to 32 small letters, digits and dashes, and starts with a letter or digit.',
})

const common = { id: connectionId, name: text, headers: headers.optional() }
/** Comes out without a slash at its end. */
const baseUrl = text
  .regex(/^[^\s\\]+$/, { error: 'Spaces and backslashes have no place in an address.' })
  .overwrite((url) => url.replace(/\/+$/, ''))
const maxAgeHours = z.int().min(1).max(8784)

const securityCenter = z.strictObject({
  ...common,
  kind: z.literal('ksc'),
  baseUrl,
  credentials: z
    .strictObject({
      user: line,
      password: line,
      /** Whether the user exists only in Security Center itself, not in Windows. */
      internal: z.boolean().default(true),
    })
    .optional(),
  options: z
    .strictObject({
      maxAgeHours: maxAgeHours.default(24),
      countSoftCancelled: z.boolean().default(false),
    })
    .prefault({}),
})

const businessHub = z.strictObject({
  ...common,
  kind: z.literal('hub'),
  /** The feed; null where reports are uploaded instead. */
  baseUrl: baseUrl.nullable(),
  /** Null where the feed asks for no token. */
  credentials: z.strictObject({ token: line }).nullable().optional(),
  options: z.strictObject({ maxAgeHours: maxAgeHours.default(48) }).prefault({}),
})

const connectWise = z.strictObject({
  ...common,
  kind: z.literal('connectwise'),
  baseUrl,
  credentials: z
    .strictObject({ companyId: line, publicKey: line, privateKey: line, clientId: line })
    .optional(),
  options: z.strictObject({}).prefault({}),
})

const autotask = z.strictObject({
  ...common,
  kind: z.literal('autotask'),
  baseUrl,
  credentials: z.strictObject({ userName: line, secret: line, integrationCode: line }).optional(),
  options: z
    .strictObject({
      booking: z.enum(['daily', 'periodStart']).default('daily'),
      createMissingService: z.boolean().default(false),
    })
    .prefault({}),
})

const tigerpaw = z.strictObject({
  ...common,
  kind: z.literal('tigerpaw'),
  baseUrl,
  credentials: z
    .strictObject({ publicKey: line, privateKey: line, soapUser: line, soapPassword: line })
    .optional(),
  options: z
    .strictObject({
      /** Name or id of the External Product that the accounts are linked to. */
      externalProduct: text.default('Kaspersky'),
      chargeDialect: z.enum(['provisional']).default('provisional'),
    })
    .prefault({}),
})

/** In a document; `credentials` and `headers` are absent where the stored ones stay. */
export const connection = z.discriminatedUnion('kind', [
  securityCenter,
  businessHub,
  connectWise,
  autotask,
  tigerpaw,
])

export const person = z.strictObject({
  connection: text,
  member: text,
  role: z.enum(['viewer', 'technician', 'administrator']),
})

export const companyMapping = z.strictObject({
  tenant: reference,
  company: reference,
  billing: z.boolean(),
  agreementId: text.nullable().default(null),
  /** Tigerpaw only. */
  priceLevelId: text.nullable().default(null),
  manualQuantity: z.enum(['ask', 'overwrite', 'keep']).default('ask'),
})

const productId = text.nullable().default(null)

export const applicationMapping = z.strictObject({
  application: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
    error: 'An application key has small letters and digits, joined by single dashes.',
  }),
  all: productId,
  workstation: productId,
  server: productId,
  other: productId,
})

export const productMapping = z.strictObject({
  connection: text,
  billByCategory: z.boolean(),
  /** The products of both modes stay, whichever is on. */
  map: z.array(applicationMapping),
})

/** The whole configuration as one document; each part by itself. How the parts fit together is checked apart. */
export const configuration = z.strictObject({
  version: z.literal(1),
  settings,
  connections: z.array(connection),
  /** Absent: as stored. */
  people: z.array(person).optional(),
  /** Absent: as stored. */
  tickets: ticketRules.optional(),
  companies: z.array(companyMapping),
  products: z.array(productMapping),
})

export type Configuration = z.output<typeof configuration>
export type Settings = z.output<typeof settings>
export type GuardRails = Settings['guardRails']
export type Connection = z.output<typeof connection>
export type ConnectionKind = Connection['kind']
export type ConnectionOf<Kind extends ConnectionKind> = Extract<Connection, { kind: Kind }>
export type Person = z.output<typeof person>
export type Role = Person['role']
export type CompanyMapping = z.output<typeof companyMapping>
export type ProductMapping = z.output<typeof productMapping>
export type ApplicationMapping = z.output<typeof applicationMapping>

export type SourceKind = 'ksc' | 'hub'
export type PsaKind = Exclude<ConnectionKind, SourceKind>

/** Whether connections of this kind tell who uses what. */
export function isSource(kind: ConnectionKind): kind is SourceKind {
  return kind === 'ksc' || kind === 'hub'
}

/** Whether connections of this kind bill. */
export function isPsa(kind: ConnectionKind): kind is PsaKind {
  return !isSource(kind)
}

/** Names that were found to be time zones; finding out is slow, and every load of the settings asks again. */
const timeZones = new Set<string>()

/** Offsets such as `+01:00` are no time zones here: they do not know when clocks change. */
function isTimeZone(name: string): boolean {
  if (timeZones.has(name)) return true
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    timeZones.add(name)
    return true
  } catch {
    return false
  }
}
