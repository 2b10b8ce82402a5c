import { randomUUID } from 'node:crypto'
import type { Row } from '../row.ts'
import { type Call, createTraffic, type Traffic } from '../traffic.ts'
import { type Builders, createBuilders } from './builders.ts'
import { createDeskBuilders, type DeskBuilders } from './desk-builders.ts'
import type { Policy, Surroundings } from './entities/entity.ts'
import type { Screens } from './page/page.ts'
import { type Action, type Area, createRights, type Rights } from './rights.ts'
import { createStore, type Store } from './store.ts'

export type { Call }

export interface AccountOptions {
  /** The login company; a unique one is made where absent. */
  companyId?: string
  /** What the API member's role allows; everything where absent. */
  rights?: [...Area, Action][]
  /** With a slash at its end. */
  codebase?: string
  isCloud?: boolean
}

/** What a pod's host hands out about the member in front of it. */
export interface MemberSession {
  companyid: string
  memberid: string
  memberHash: string
  memberContext: 'web'
}

export interface Account extends Builders, DeskBuilders, Traffic {
  readonly baseUrl: string
  readonly companyId: string
  readonly publicKey: string
  readonly privateKey: string
  readonly clientId: string
  readonly codebase: string
  readonly isCloud: boolean
  readonly store: Store
  readonly apiMember: Row
  readonly rights: Rights
  readonly sessions: (MemberSession & { member: Row; rights: Rights })[]
  readonly policy: Policy
  /** Where the vendor's own answers differ from place to place. */
  readonly answers: { wrongCredentials: 401 | 404; missingClientId: 401 | 403 }
  /** Takes a right from the API member's role. */
  deny(...right: [...Area, Action]): void
  /** A session of a member who is made where there is none of that name. */
  openSession(identifier: string, rights?: [...Area, Action][]): MemberSession
  expireSessions(): void
  surroundings(agreement?: Row): Surroundings
  /** Of the page that stands in for ConnectWise's own. */
  readonly screens: Screens
}

export function createAccount(baseUrl: string, now: () => Date, options: AccountOptions = {}): Account {
  const companyId = options.companyId ?? `msp_${randomUUID().slice(0, 8)}`
  const store = createStore()
  const apiMember = store.members.insert({
    identifier: 'BillingApi',
    firstName: 'Billing',
    lastName: 'API',
    fullName: 'Billing API',
    licenseClass: 'A',
    inactiveFlag: false,
    ssoSessionFlag: false,
  })
  const rights = createRights(options.rights)
  const sessions: Account['sessions'] = []
  const policy: Policy = { closedAgreements: 'refuse', revalidatesOnPatch: true }
  const surroundings = (agreement?: Row): Surroundings => ({
    store,
    policy,
    today: now().toISOString().slice(0, 10),
    ...(agreement ? { agreement } : {}),
  })

  return {
    ...createBuilders(store, surroundings, now),
    ...createDeskBuilders(store, surroundings),
    ...createTraffic(),
    baseUrl,
    companyId,
    store,
    apiMember,
    rights,
    sessions,
    policy,
    surroundings,
    publicKey: randomUUID().replaceAll('-', '').slice(0, 16),
    privateKey: randomUUID().replaceAll('-', '').slice(0, 16),
    clientId: randomUUID(),
    codebase: options.codebase ?? 'v2025_1/',
    isCloud: options.isCloud ?? true,
    screens: { podUrl: 'about:blank', members: [], proves: 'rightly' },
    answers: { wrongCredentials: 401, missingClientId: 401 },
    deny: rights.deny,
    openSession(identifier, granted) {
      const known = store.members.all().find((row) => row.identifier === identifier)
      const member =
        known ??
        store.members.insert({
          identifier,
          firstName: identifier,
          lastName: '',
          fullName: identifier,
          licenseClass: 'F',
          inactiveFlag: false,
          ssoSessionFlag: false,
        })
      const session: MemberSession = {
        companyid: companyId,
        memberid: identifier,
        memberHash: randomUUID(),
        memberContext: 'web',
      }
      sessions.push({ ...session, member, rights: createRights(granted) })
      return session
    },
    expireSessions() {
      sessions.length = 0
    },
  }
}
