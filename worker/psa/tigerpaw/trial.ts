import type { ConnectionProblem } from '../../vendor/check.ts'
import type { TigerpawClient } from './client.ts'
import type { TigerpawConnection } from './connection.ts'
import { agreement, companyProblem, itemDetail } from './read.ts'
import { type NewCharge, newCharge, prices } from './write.ts'

/** A charge that a test write can make, and where. */
export interface Trial {
  kind: 'possible'
  place: { agreementNumber: number; accountNumber: number }
  charge: NewCharge
}

export interface NoTrial {
  kind: 'impossible'
  problem: ConnectionProblem
}

/** One of the item, at the first price level at which it has a price. */
export async function trialOn(
  client: TigerpawClient,
  connection: TigerpawConnection,
  { agreementId, productId }: { agreementId: string; productId: string },
  today: string,
): Promise<Trial | NoTrial> {
  const found = await agreement(client, agreementId)
  if (found === null) {
    return no('agreement_not_found', `Tigerpaw has no agreement ${agreementId}. Choose another one.`)
  }
  if (found.endsOn !== null && found.endsOn < today) {
    return no(
      'agreement_ended',
      `Agreement ${agreementId} ended on ${found.endsOn}. Choose one that still runs.`,
    )
  }
  if ((await companyProblem(client, connection, found.companyId)) !== null) {
    return no(
      'external_product_not_linked',
      `Account ${found.companyId} is not cross-referenced to the External Product "${connection.options.externalProduct}". ` +
        'Assign it among the external products of the account in Tigerpaw.',
    )
  }
  const item = await itemDetail(client, productId)
  if (item === null) {
    return no('product_not_found', `The price book has no item "${productId}". Choose another one.`)
  }
  const [pricing] = prices(item)
  if (pricing === undefined) {
    return no(
      'price_missing',
      `The item "${productId}" has no selling price at any price level. Enter one in the price book.`,
    )
  }
  const place = { agreementNumber: Number(found.id), accountNumber: Number(found.companyId) }
  return { kind: 'possible', place, charge: newCharge(item, 1, pricing) }
}

function no(code: string, message: string): NoTrial {
  return { kind: 'impossible', problem: { code, message } }
}
