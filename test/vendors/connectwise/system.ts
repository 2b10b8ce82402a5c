import { type Answer, jsonAnswer } from '../faults.ts'
import type { Account } from './account.ts'
import { notFound } from './errors.ts'

export const modelVersion = '2025.1'
const productVersion = `v${modelVersion}.114`

/**
 * What anyone may know of a login company.
 *
 * @param host with its port; shown without a scheme
 * @see docs/vendors/connectwise.md
 */
export function companyInfoAnswer(account: Account | null, host: string): Answer {
  if (!account) throw notFound('The company was')
  return jsonAnswer({
    CompanyName: account.companyId,
    Codebase: account.codebase,
    VersionCode: `v${modelVersion}`,
    VersionNumber: productVersion,
    CompanyID: account.companyId,
    IsCloud: account.isCloud ? 'True' : 'False',
    SiteUrl: host,
  })
}

/** Asks for no credentials, so that it proves none. */
export function systemInfoAnswer(account: Account | null): Answer {
  return jsonAnswer({
    version: productVersion,
    isCloud: account?.isCloud ?? true,
    serverTimeZone: 'Eastern Standard Time',
    licenseBits: [],
    cloudRegion: 'NA',
    maxWorkFlowRecordsAllowed: 1000,
  })
}
