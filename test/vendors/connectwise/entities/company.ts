import { isObject } from '../../row.ts'
import {
  commonFields,
  date,
  each,
  type Fields,
  flag,
  number,
  reference,
  required,
  text,
  whole,
} from '../fields.ts'
import { type Entity, identifierProblems, midnight } from './entity.ts'

const addressParts = ['addressLine1', 'addressLine2', 'city', 'state', 'zip', 'country']

const fields: Fields = {
  identifier: required(text(25)),
  name: required(text(50)),
  status: reference('companyStatus'),
  types: { kind: 'references', to: 'companyType' },
  ...each('addressLine1 addressLine2 city state leadSource', text(50)),
  ...each(
    'userDefinedField1 userDefinedField2 userDefinedField3 userDefinedField4 userDefinedField5',
    text(50),
  ),
  ...each(
    'userDefinedField6 userDefinedField7 userDefinedField8 userDefinedField9 userDefinedField10',
    text(50),
  ),
  zip: text(12),
  ...each('phoneNumber faxNumber', text(30)),
  website: text(255),
  ...each('accountNumber vendorIdentifier taxIdentifier resellerIdentifier mobileGuid', text()),
  ...each('invoiceToEmailAddress invoiceCCEmailAddress facebookUrl twitterUrl linkedInUrl deletedBy', text()),
  ...each('dateAcquired dateDeleted', date),
  ...each('numberOfEmployees yearEstablished revenueYear', whole),
  annualRevenue: number,
  ...each('leadFlag unsubscribeFlag deletedFlag isVendorFlag', flag),
  ...each('parentCompany billToCompany', reference('company')),
  ...each('defaultContact billingContact', reference('contact')),
  territoryManager: reference('member'),
  ...each(
    'country territory market sicCode ownershipType timeZoneSetup calendar taxCode',
    reference('other'),
  ),
  ...each('billingTerms invoiceTemplate pricingSchedule companyEntityType', reference('other')),
  ...each('billingSite site invoiceDeliveryMethod currency', reference('other')),
  integratorTags: { kind: 'texts' },
  ...commonFields,
}

export const company: Entity = {
  name: 'company',
  fields,
  defaults: (_, { today }) => ({
    status: { id: 1, name: 'Active' },
    types: [],
    dateAcquired: midnight(today),
    leadFlag: false,
    unsubscribeFlag: false,
    deletedFlag: false,
    isVendorFlag: false,
  }),
  computed: () => ({}),
  problems: (values, { store }, id) => [
    ...(addressParts.some((name) => values[name] !== undefined)
      ? []
      : [
          {
            code: 'MissingRequiredField',
            message: `At least one of ${addressParts.join(', ')} is required.`,
            field: 'addressLine1',
          },
        ]),
    ...identifierProblems(values, store.companies.all(), id),
  ],
  isInUse: (id, store) =>
    store.agreements.all().some((agreement) => isObject(agreement.company) && agreement.company.id === id),
}
