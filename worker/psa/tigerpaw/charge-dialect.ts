import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser'
import * as z from 'zod'

/** What additional charges look like inside the SOAP service, which nothing public describes. */
export type ChargeDialect = 'provisional'

/** Charges of one agreement to make, change or delete; Tigerpaw does all of it or nothing. */
export interface ChargeBatch {
  agreementNumber: number
  accountNumber: number
  charges: ChargeAction[]
}

export type ChargeAction =
  | {
      action: 'Create'
      itemId: string
      itemDescription: string
      quantity: number
      pricing: ChargePricing
    }
  | {
      action: 'Update'
      detailId: number
      itemId: string
      quantity: number
      /** Null leaves level and price as they are. */
      pricing: ChargePricing | null
    }
  | { action: 'Delete'; detailId: number }

export interface ChargePricing {
  priceLevel: number
  /** For one, as the price book tells it. */
  price: number
}

export interface SoapCredentials {
  soapUser: string
  soapPassword: string
}

export interface SoapMessage {
  headers: Record<string, string>
  body: string
}

/** What the service's answer says came of a batch. */
export type ChargeOutcome =
  | { kind: 'done' }
  /** Tigerpaw did nothing, and says why. */
  | { kind: 'refused'; message: string }
  | { kind: 'credentials_refused' }
  /** Our message was refused before anything was done. */
  | { kind: 'message_refused'; message: string }
  /** Something failed at Tigerpaw; whether the batch was done is not told. */
  | { kind: 'broke' }
  /** No whole XML document: cut off, or from something before Tigerpaw. */
  | { kind: 'unreadable' }
  | { kind: 'unknown_shape'; issues: string }

/** A tree as the builder takes it: elements by name, attributes with `@_` before theirs. */
type Xml = { [name: string]: string | Xml | Xml[] }

interface Dialect {
  params: (batch: ChargeBatch) => Xml
  /** What stands inside the result element. */
  outcome: (result: unknown) => ChargeOutcome
}

const operation = 'SubmitAgreementAdditionalCharges'

/** @see docs/vendors/tigerpaw.md, "Writing charges" */
export function encodeAdditionalCharges(
  dialect: ChargeDialect,
  batch: ChargeBatch,
  { soapUser, soapPassword }: SoapCredentials,
): SoapMessage {
  const envelope: Xml = {
    '?xml': { '@_version': '1.0', '@_encoding': 'utf-8' },
    'soap:Envelope': {
      '@_xmlns:soap': 'http://schemas.xmlsoap.org/soap/envelope/',
      'soap:Header': {
        AuthHeader: {
          '@_xmlns': 'http://www.tigerpawsoftware.com/',
          UserName: xmlText(soapUser),
          Password: xmlText(soapPassword),
        },
      },
      'soap:Body': {
        [operation]: {
          '@_xmlns': 'http://www.tigerpawsoftware.com',
          Params: dialects[dialect].params(batch),
        },
      },
    },
  }
  return {
    headers: {
      'content-type': 'text/xml; charset=utf-8',
      soapaction: `"http://www.tigerpawsoftware.com/${operation}"`,
    },
    body: builder.build(envelope),
  }
}

export function decodeResult(dialect: ChargeDialect, text: string): ChargeOutcome {
  const document = documentIn(text)
  if (document === null) return { kind: 'unreadable' }
  const answer = Answer.safeParse(document)
  if (!answer.success) return { kind: 'unknown_shape', issues: issuesOf(answer.error) }
  const { Fault, SubmitAgreementAdditionalChargesResponse: response } = answer.data.Envelope.Body
  if (Fault) return faultOutcome(Fault)
  return dialects[dialect].outcome(response?.SubmitAgreementAdditionalChargesResult)
}

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@_' })

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name) => name === 'AdditionalCharge',
})

/** Null for what is no whole document, or one that no SOAP service sends: with a DOCTYPE, or nested without end. */
function documentIn(text: string): unknown {
  if (/<!doctype/i.test(text) || XMLValidator.validate(text) !== true) return null
  try {
    return parser.parse(text)
  } catch {
    return null
  }
}

const Fault = z.object({ faultcode: z.string(), faultstring: z.string() })

const Answer = z.object({
  Envelope: z.object({
    Body: z.object({
      Fault: Fault.optional(),
      SubmitAgreementAdditionalChargesResponse: z
        .object({ SubmitAgreementAdditionalChargesResult: z.unknown() })
        .optional(),
    }),
  }),
})

/** Faults have no code of their own for wrong credentials, so that their words have to tell. */
function isAboutCredentials(words: string): boolean {
  const namesThem = /\b(user ?name|password|credentials?|api user)\b/i
  const refuses = /\b(invalid|incorrect|wrong|bad|unknown|not valid)\b/i
  return namesThem.test(words) && refuses.test(words)
}

function faultOutcome({ faultcode, faultstring }: z.output<typeof Fault>): ChargeOutcome {
  if (isAboutCredentials(faultstring)) return { kind: 'credentials_refused' }
  const isOurs = /(^|:)client$/i.test(faultcode.trim())
  return isOurs ? { kind: 'message_refused', message: faultstring } : { kind: 'broke' }
}

const Success = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.enum(['true', 'false']))

const ProvisionalResult = z.object({
  Success,
  Message: z.string().optional(),
  AdditionalCharge: z
    .array(z.object({ Success: Success.optional(), Message: z.string().optional() }))
    .optional(),
})

/** The result may be the document itself or text that holds it, and its root may have any name. */
function provisionalRoot(result: unknown): unknown {
  const document = typeof result === 'string' ? documentIn(result) : result
  const fields = z.record(z.string(), z.unknown()).safeParse(document)
  if (!fields.success || 'Success' in fields.data) return document
  return Object.entries(fields.data).find(([name]) => !name.startsWith('?'))?.[1]
}

const provisional: Dialect = {
  params: ({ agreementNumber, accountNumber, charges }) => ({
    AgreementAdditionalCharges: {
      AgreementNumber: `${agreementNumber}`,
      AccountNumber: `${accountNumber}`,
      AdditionalCharge: charges.map(provisionalCharge),
    },
  }),

  outcome(result) {
    const parsed = ProvisionalResult.safeParse(provisionalRoot(result))
    if (!parsed.success) return { kind: 'unknown_shape', issues: issuesOf(parsed.error) }
    const { AdditionalCharge: lines = [], ...whole } = parsed.data
    const refusal = [whole, ...lines].find((part) => part.Success === 'false')
    if (refusal === undefined) return { kind: 'done' }
    const messages = [whole, ...lines].map((part) => part.Message?.trim()).filter(Boolean)
    return { kind: 'refused', message: [...new Set(messages)].join(' ') || 'it gave no reason' }
  },
}

function provisionalCharge(charge: ChargeAction): Xml {
  switch (charge.action) {
    case 'Create':
      return {
        Action: 'Create',
        ItemId: xmlText(charge.itemId),
        ItemDescription: xmlText(charge.itemDescription),
        Quantity: `${charge.quantity}`,
        PriceLevel: `${charge.pricing.priceLevel}`,
        UseFlatPrice: 'false',
        Price: `${charge.pricing.price}`,
        PrintWhenQuantityZero: 'false',
        DeleteAfterInvoicing: 'false',
      }
    case 'Update':
      return {
        Action: 'Update',
        DetailId: `${charge.detailId}`,
        ItemId: xmlText(charge.itemId),
        Quantity: `${charge.quantity}`,
        ...(charge.pricing === null
          ? {}
          : { PriceLevel: `${charge.pricing.priceLevel}`, Price: `${charge.pricing.price}` }),
      }
    case 'Delete':
      return { Action: 'Delete', DetailId: `${charge.detailId}` }
  }
}

const dialects: Record<ChargeDialect, Dialect> = { provisional }

/** Without the characters that no XML document can hold; the builder escapes the others. */
function xmlText(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
}

function issuesOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'result'}: ${issue.message}`)
    .join('; ')
}
