import type { Unit } from './usage.ts'

/** A Kaspersky security application as it is licensed. */
export interface Application {
  /** Kebab-case; never changes for the same product. */
  key: string
  name: string
  unit: Unit
  /** True where its devices may be billed by category. */
  split: boolean
}

interface CatalogueEntry extends Application {
  /** Further word sequences that name it in licences, in the form that `wordsOf` gives. The words of the key count too. */
  aliases: string[]
  /** True where it is also sold on top of another application, in whose licences that one is named beside it. */
  soldAsAddOn?: true
}

/** @see docs/vendors/kaspersky.md, "Licences and what they count" */
export const applications: readonly CatalogueEntry[] = [
  {
    key: 'kes-business-select',
    name: 'Kaspersky Endpoint Security for Business Select',
    unit: 'device',
    split: true,
    aliases: ['endpoint security for business select', 'kesb select'],
  },
  {
    key: 'kes-business-advanced',
    name: 'Kaspersky Endpoint Security for Business Advanced',
    unit: 'device',
    split: true,
    aliases: ['endpoint security for business advanced', 'kesb advanced'],
  },
  {
    key: 'total-security-business',
    name: 'Kaspersky Total Security for Business',
    unit: 'device',
    split: true,
    aliases: ['total security for business'],
  },
  {
    key: 'edr-optimum',
    name: 'Kaspersky Endpoint Detection and Response Optimum',
    unit: 'device',
    split: true,
    soldAsAddOn: true,
    aliases: [
      'endpoint detection and response optimum',
      'endpoint detection and response for business optimum',
      'edr for business optimum',
    ],
  },
  {
    key: 'hybrid-cloud-desktop',
    name: 'Kaspersky Hybrid Cloud Security, Desktop',
    unit: 'device',
    split: false,
    aliases: ['hybrid cloud security desktop'],
  },
  {
    key: 'hybrid-cloud-server',
    name: 'Kaspersky Hybrid Cloud Security, Server',
    unit: 'device',
    split: false,
    aliases: ['hybrid cloud security server'],
  },
  {
    key: 'mail-server',
    name: 'Kaspersky Security for Mail Server',
    unit: 'mailbox',
    split: false,
    aliases: ['security for mail server', 'security for mail servers'],
  },
  {
    key: 'internet-gateway',
    name: 'Kaspersky Security for Internet Gateway',
    unit: 'user',
    split: false,
    aliases: ['security for internet gateway', 'security for internet gateways'],
  },
  {
    key: 'kes-cloud',
    name: 'Kaspersky Endpoint Security Cloud',
    unit: 'user',
    split: false,
    aliases: ['endpoint security cloud'],
  },
  {
    key: 'kes-cloud-plus',
    name: 'Kaspersky Endpoint Security Cloud Plus',
    unit: 'user',
    split: false,
    aliases: ['endpoint security cloud plus'],
  },
  {
    key: 'kes-cloud-pro',
    name: 'Kaspersky Endpoint Security Cloud Pro',
    unit: 'user',
    split: false,
    aliases: ['endpoint security cloud pro'],
  },
  {
    key: 'office-365',
    name: 'Kaspersky Security for Microsoft Office 365',
    unit: 'mailbox',
    split: false,
    aliases: ['security for microsoft office 365', 'security for office 365', 'security for microsoft 365'],
  },
  {
    key: 'next-edr-foundations',
    name: 'Kaspersky Next EDR Foundations',
    unit: 'user',
    split: false,
    aliases: [],
  },
  { key: 'next-edr-optimum', name: 'Kaspersky Next EDR Optimum', unit: 'user', split: false, aliases: [] },
  { key: 'next-xdr-expert', name: 'Kaspersky Next XDR Expert', unit: 'user', split: false, aliases: [] },
]
