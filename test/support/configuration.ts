import type { ConfigurationContext } from '../../worker/domain/configuration-check.ts'

/** A document that uses every part of the contract once; a fresh copy each time, so that a test may bend it. */
export function wholeDocument() {
  return {
    version: 1,
    settings: {
      timeZone: 'Europe/Berlin',
      dailyRunAt: '03:00',
      approval: 'automatic',
      guardRails: {
        holdFallPercent: 30,
        holdFallUnits: 5,
        holdRisePercent: 50,
        holdRiseUnits: 20,
        holdZeroFrom: 5,
        runFallPercent: 10,
        runFallLines: 10,
      },
    },
    connections: [
      {
        id: 'ksc',
        kind: 'ksc',
        name: 'Security Center',
        baseUrl: 'https://ksc.example:13299',
        credentials: { user: 'tallypod', password: 'hunter2-ksc', internal: true },
        headers: { 'CF-Access-Client-Id': 'hunter2-header' },
        options: { maxAgeHours: 24, countSoftCancelled: false },
      },
      {
        id: 'cw',
        kind: 'connectwise',
        name: 'ConnectWise',
        baseUrl: 'https://na.myconnectwise.net',
        credentials: { companyId: 'msp', publicKey: 'pub', privateKey: 'hunter2-cw', clientId: 'guid' },
      },
      {
        id: 'at',
        kind: 'autotask',
        name: 'Autotask',
        baseUrl: 'https://webservices.autotask.net',
        credentials: { userName: 'api@msp.example', secret: 'hunter2-at', integrationCode: 'code' },
        options: { booking: 'daily', createMissingService: false },
      },
      {
        id: 'tp',
        kind: 'tigerpaw',
        name: 'Tigerpaw',
        baseUrl: 'https://api.example',
        credentials: {
          publicKey: 'pub',
          privateKey: 'hunter2-tp',
          soapUser: 'soap',
          soapPassword: 'hunter2-soap',
        },
        options: { externalProduct: 'Kaspersky', chargeDialect: 'provisional' },
      },
      {
        id: 'hub',
        kind: 'hub',
        name: 'Business Hub',
        baseUrl: null,
        credentials: null,
        options: { maxAgeHours: 48 },
      },
    ],
    people: [{ connection: 'cw', member: 'jdoe', role: 'technician' }],
    companies: [
      {
        tenant: { connection: 'ksc', id: 'KLVSRV_UID' },
        company: { connection: 'cw', id: '250' },
        billing: true,
        agreementId: '31',
        priceLevelId: null,
        manualQuantity: 'ask',
      },
    ],
    products: [
      {
        connection: 'cw',
        billByCategory: true,
        map: [
          {
            application: 'kes-business-advanced',
            all: null,
            workstation: '501',
            server: '502',
            other: '503',
          },
          { application: 'kes-cloud-plus', all: '510' },
        ],
      },
    ],
    tickets: {
      connections: [
        {
          connection: 'cw',
          board: '1',
          statusNew: '101',
          statusClosed: '109',
          assignee: null,
          priority: '4',
          type: null,
          reopenDays: 3,
          events: {
            critical: { on: true, lifetimeDays: 1 },
            functional_failure: { on: false },
            warning: { on: false },
          },
          statuses: { antivirus_not_running: { on: true, delayMinutes: 30, priority: '2' } },
          health: { on: true },
        },
      ],
      companies: [{ company: { connection: 'cw', id: '250' }, off: true }],
    },
  }
}

/** A first save: nothing is stored, the addresses ending in `.forbidden` are refused, users are not split. */
export function firstSave(): ConfigurationContext {
  return {
    addressProblem: (url) => (url.endsWith('.forbidden') ? 'it is forbidden' : null),
    isSplit: (application) => !application.startsWith('kes-cloud'),
    stored: { connections: new Map(), people: [], tickets: null },
  }
}
