import { isObject, type Row } from '../../row.ts'
import {
  commonFields,
  date,
  each,
  type Fields,
  flag,
  number,
  oneOf,
  readOnly,
  reference,
  required,
  requiredOnPut,
  text,
  whole,
} from '../fields.ts'
import { referenceTo } from '../store.ts'
import { type Entity, midnight } from './entity.ts'

export const agreementStatuses = ['Active', 'Cancelled', 'Expired', 'Inactive'] as const

const billable = oneOf('Billable', 'DoNotBill', 'NoCharge', 'NoDefault')

const fields: Fields = {
  name: required(text(100)),
  type: required(reference('agreementType')),
  company: required(reference('company')),
  contact: required(reference('contact')),
  ...each('subContractCompany billToCompany shipToCompany', reference('company')),
  ...each('subContractContact billToContact shipToContact', reference('contact')),
  parentAgreement: reference('agreement'),
  customerPO: text(50),
  reasonCancelled: text(100),
  workOrder: text(20),
  ...each('internalNotes invoiceDescription nextInvoiceDate', text()),
  ...each('startDate endDate dateCancelled billStartDate', date),
  ...each('noEndingDateFlag cancelledFlag prorateFlag invoiceProratedAdditionsFlag oneTimeFlag', flag),
  ...each('restrictLocationFlag restrictDepartmentFlag applicationUnlimitedFlag coverAgreementTime', flag),
  ...each('coverAgreementProduct coverAgreementExpense coverSalesTax carryOverUnused allowOverruns', flag),
  ...each('expireWhenZero chargeToFirm billOneTimeFlag taxable restrictDownPayment topComment', flag),
  ...each('bottomComment billableTimeInvoice billableExpenseInvoice billableProductInvoice', flag),
  autoInvoiceFlag: flag,
  ...each('expiredDays limit', whole),
  ...each('applicationLimit compHourlyRate compLimitAmount billAmount prorateFirstBill', number),
  applicationUnits: oneOf('Amount', 'Hours', 'Incidents'),
  applicationCycle: oneOf(
    'Contract2Weeks',
    'Contract4Weeks',
    'ContractYear',
    'ContractQuarter',
    'CalendarWeek',
    'CalendarMonth',
    'CalendarQuarter',
    'CalendarYear',
  ),
  employeeCompRate: requiredOnPut(oneOf('Actual', 'Hourly')),
  employeeCompNotExceed: oneOf('Billing', 'Amount', 'Percent'),
  invoicingCycle: requiredOnPut(oneOf('ContractYear', 'CalendarYear')),
  ...each('billTime billExpenses billProducts', requiredOnPut(billable)),
  periodType: oneOf('Current', 'Future', 'Both', 'Undefined'),
  agreementStatus: readOnly(oneOf(...agreementStatuses)),
  billingCycle: reference('billingCycle'),
  ...each('site billToSite shipToSite location companyLocation department opportunity', reference('other')),
  ...each('sla billingTerms taxCode workRole workType projectType invoiceTemplate', reference('other')),
  currency: reference('other'),
  ...commonFields,
}

export const agreement: Entity = {
  name: 'agreement',
  fields,
  defaults: (_, { today }) => ({
    startDate: midnight(today),
    noEndingDateFlag: false,
    cancelledFlag: false,
    prorateFlag: false,
    taxable: false,
    billingCycle: { id: 1, name: 'Monthly' },
    employeeCompRate: 'Hourly',
    invoicingCycle: 'CalendarYear',
    periodType: 'Current',
    billTime: 'Billable',
    billExpenses: 'Billable',
    billProducts: 'Billable',
  }),
  computed(row, { store, today }) {
    const owner = isObject(row.company) ? store.companies.get(Number(row.company.id)) : undefined
    return {
      ...(owner ? { company: referenceTo('company', owner) } : {}),
      agreementStatus: agreementStatus(row, today),
    }
  },
  problems: () => [],
  isInUse: (id, store) => store.additionsOf(id).all().length > 0,
}

/**
 * The end day itself still counts.
 *
 * @param today `YYYY-MM-DD`
 * @see docs/vendors/connectwise.md
 */
export function agreementStatus(row: Row, today: string): (typeof agreementStatuses)[number] {
  if (row.cancelledFlag === true) return 'Cancelled'
  if (row.noEndingDateFlag !== true && typeof row.endDate === 'string' && row.endDate.slice(0, 10) < today) {
    return 'Expired'
  }
  return typeof row.startDate === 'string' && row.startDate.slice(0, 10) > today ? 'Inactive' : 'Active'
}
