import type { Options } from '../account.ts'
import type { ChargeBatch, Outcome } from './charges.ts'
import { childOf, type XmlContent, type XmlElement } from './xml.ts'

/** The vendor's own document is not public; the provisional one is built from the names of its REST API. */
const rootNames: Record<Options['dialect'], string> = {
  provisional: 'AgreementAdditionalCharges',
  other: 'AdditionalChargeBatch',
}

/** Null where `params` holds another document than the one that is understood. */
export function batchIn(params: XmlElement, dialect: Options['dialect']): ChargeBatch | null {
  const root = childOf(params, rootNames[dialect])
  if (!root) return null
  return {
    agreementNumber: childOf(root, 'AgreementNumber')?.text ?? '',
    accountNumber: childOf(root, 'AccountNumber')?.text ?? '',
    lines: root.children
      .filter(({ name }) => name === 'AdditionalCharge')
      .map(
        ({ children }) =>
          new Map(children.filter(({ text }) => text !== '').map(({ name, text }) => [name, text])),
      ),
  }
}

export function resultOf({ success, message, lines }: Outcome): XmlContent {
  return {
    AgreementAdditionalChargesResult: {
      '@xmlns': '',
      Success: String(success),
      Message: message,
      AdditionalCharge: lines.map((line) => ({
        DetailId: line.detailId === null ? '' : String(line.detailId),
        Success: String(line.success),
        Message: line.message,
      })),
    },
  }
}
