import * as z from 'zod'
import type { ConnectionCheck, ConnectionProblem } from '../../vendor/check.ts'
import { VendorError } from '../../vendor/error.ts'
import { parseReply, type VendorReply } from '../../vendor/http.ts'
import { checked } from '../problems.ts'
import { isWebPage, jsonOrNull } from '../reply-text.ts'
import type { TigerpawClient } from './client.ts'
import { isConfiguredProduct, type TigerpawConnection } from './connection.ts'
import { assertAccepted } from './failure.ts'
import { notTigerpaw, restKeysRefused, restProblem } from './problems.ts'
import { masterTable } from './read.ts'
import { AccountRecord, ExternalProductRecord, ItemRecord, PriceLevelRecord } from './records.ts'
import { missingRight } from './rights.ts'

const KeysAnswer = z.object({ Success: z.boolean() })

const ProductInformation = z.object({
  HasValidLicense: z.boolean().nullish(),
  DatabaseVersion: z.union([z.string(), z.number()]).nullish(),
})

/**
 * Tries everything a run reads. The SOAP service can't be tried without writing: that is what the test write is for.
 *
 * @see docs/vendors/tigerpaw.md, "Checking a connection"
 */
export async function checkConnection(
  client: TigerpawClient,
  connection: TigerpawConnection,
): Promise<ConnectionCheck> {
  try {
    const refused = await keysProblem(client, connection)
    if (refused !== null) return checked([refused])
    const { version, problems: unlicensed } = await licence(client)
    const problems = [
      ...unlicensed,
      ...(await missingRights(client)),
      ...(await externalProductProblems(client, connection)),
    ]
    const different = [...new Map(problems.map((problem) => [problem.message, problem])).values()]
    return { ...checked(different), ...(version === null ? {} : { version }) }
  } catch (error) {
    if (error instanceof VendorError) return checked([restProblem(error.failure, connection)])
    throw error
  }
}

async function keysProblem(
  client: TigerpawClient,
  connection: TigerpawConnection,
): Promise<ConnectionProblem | null> {
  const path = '/api/diagnostics/validate/user'
  const reply = await client.get(path)
  if (isOfAnotherServer(reply)) return notTigerpaw(connection)
  assertAccepted(client.vendor, reply, path)
  const answer = KeysAnswer.safeParse(jsonOrNull(reply.text))
  if (!answer.success) return notTigerpaw(connection)
  return answer.data.Success ? null : restKeysRefused
}

function isOfAnotherServer({ status, text }: VendorReply): boolean {
  return status === 404 || (status < 500 && status !== 429 && isWebPage(text))
}

async function licence(
  client: TigerpawClient,
): Promise<{ version: string | null; problems: ConnectionProblem[] }> {
  const path = '/api/diagnostics/productInformation'
  const reply = await client.get(path)
  assertAccepted(client.vendor, reply, path)
  const { HasValidLicense, DatabaseVersion } = parseReply(client.vendor, reply, ProductInformation)
  return {
    version: DatabaseVersion == null ? null : `${DatabaseVersion}`,
    problems: HasValidLicense === false ? [licenceInvalid] : [],
  }
}

async function missingRights(client: TigerpawClient): Promise<ConnectionProblem[]> {
  const oneRow = { startRow: 1, pageSize: 1 }
  const accounts = { path: '/api/accounts/search', name: 'Accounts' as const, record: AccountRecord }
  const items = { path: '/api/pricebook/items/search', name: 'PriceBookItems' as const, record: ItemRecord }
  const tries = [
    await tried(accounts.path, () => client.search(accounts, [], oneRow)),
    await tried(anyAgreement, () => client.record(anyAgreement, z.unknown())),
    await tried(items.path, () => client.search(items, [], oneRow)),
    await tried('/api/mastertables', () => masterTable(client, 'pricelevels', PriceLevelRecord)),
  ]
  return tries.flatMap((each) => ('missing' in each ? [each.missing] : []))
}

async function externalProductProblems(
  client: TigerpawClient,
  connection: TigerpawConnection,
): Promise<ConnectionProblem[]> {
  const products = await tried('/api/mastertables', () =>
    masterTable(client, 'externalproducts', ExternalProductRecord),
  )
  if ('missing' in products) return [products.missing]
  const isThere = products.found.some(({ ExternalProductId, Product }) =>
    isConfiguredProduct(connection, { id: ExternalProductId, name: Product }),
  )
  if (isThere) return []
  const names = products.found.map(({ Product, ExternalProductId }) => `"${Product ?? ExternalProductId}"`)
  const there = names.length === 0 ? 'It has none' : `It has ${names.join(', ')}`
  return [
    {
      code: 'external_product_unknown',
      message:
        `Tigerpaw has no External Product "${connection.options.externalProduct}". ${there}. Enter the one that the API User ` +
        'belongs to.',
    },
  ]
}

/** What `read` finds at `path`, or the right that is missing for it. */
async function tried<T>(
  path: string,
  read: () => Promise<T>,
): Promise<{ found: T } | { missing: ConnectionProblem }> {
  try {
    return { found: await read() }
  } catch (error) {
    const failure = error instanceof VendorError ? error.failure : null
    if (failure?.kind !== 'rejected' || failure.status !== 403) throw error
    return { missing: { code: 'right_missing', message: missingRight(path) } }
  }
}

/** Whether there is one is all the same: only the right to ask is tried. */
const anyAgreement = '/api/agreements/1'

const licenceInvalid: ConnectionProblem = {
  code: 'licence_invalid',
  message: 'Tigerpaw says that its own licence is not valid. Renew it in Tigerpaw, or ask Tigerpaw about it.',
}
