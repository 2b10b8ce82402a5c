import {
  createOnly,
  date,
  datetime,
  double,
  each,
  flag,
  integer,
  picklist,
  readOnly,
  reference,
  required,
  text,
} from '../fields.ts'
import { type Entity, id, periodTypes } from './entity.ts'

/** The number of the only type that has services and units. */
export const recurringService = 7

const contractTypes = {
  1: 'Time & Materials',
  3: 'Fixed Price',
  4: 'Block Hours',
  6: 'Retainer',
  [recurringService]: 'Recurring Service',
  8: 'Per Ticket',
}

export const contracts: Entity<'Contracts'> = {
  name: 'Contracts',
  singular: 'Contract',
  isQueryable: true,
  verbs: ['POST', 'PATCH', 'PUT'],
  hasUserDefinedFields: true,
  defaults: { contractPeriodType: 2, billingPreference: 2, isDefaultContract: false, isCompliant: false },
  fields: {
    id,
    companyID: required(createOnly(reference('Companies'))),
    contractName: required(text(100)),
    contractType: required(createOnly(picklist(contractTypes))),
    status: required(picklist({ 0: 'Inactive', 1: 'Active' })),
    startDate: required(date),
    endDate: required(date),
    timeReportingRequiresStartAndStopTimes: required(picklist({ 0: 'No', 1: 'Yes' })),
    contractPeriodType: createOnly(picklist(periodTypes)),
    contractNumber: text(50),
    ...each('contractCategory serviceLevelAgreementID billingPreference', integer),
    billToCompanyID: reference('Companies'),
    ...each('billToCompanyContactID contactID', integer),
    contactName: text(250),
    description: text(2000),
    ...each('isDefaultContract isCompliant', flag),
    organizationalLevelAssociationID: integer,
    purchaseOrderNumber: text(50),
    ...each('opportunityID contractExclusionSetID', integer),
    renewedContractID: reference('Contracts'),
    exclusionContractID: createOnly({ kind: 'long' }),
    ...each('setupFee overageBillingRate estimatedCost estimatedHours estimatedRevenue', double),
    setupFeeBillingCodeID: reference('BillingCodes'),
    ...each('internalCurrencySetupFee internalCurrencyOverageBillingRate', readOnly(double)),
    lastModifiedDateTime: readOnly(datetime),
  },
}
