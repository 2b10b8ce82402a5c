import type { Role } from '../../worker/domain/configuration.ts'
import { emptied } from './emptied.ts'
import { configure, type Stack } from './stack.ts'

export interface Someone {
  connection: string
  member: string
  role: Role
}

const autotask = {
  id: 'at',
  kind: 'autotask',
  name: 'Autotask',
  baseUrl: 'https://webservices.autotask.net',
  credentials: { userName: 'u', secret: 's', integrationCode: 'i' },
}

const others = [
  {
    id: 'ksc',
    kind: 'ksc',
    name: 'Security Center',
    baseUrl: 'https://ksc.example:13299',
    credentials: { user: 'u', password: 'p', internal: true },
  },
  {
    id: 'cw',
    kind: 'connectwise',
    name: 'ConnectWise',
    baseUrl: 'https://na.myconnectwise.net',
    credentials: { companyId: 'msp', publicKey: 'pub', privateKey: 'priv', clientId: 'guid' },
  },
  {
    id: 'tp',
    kind: 'tigerpaw',
    name: 'Tigerpaw',
    baseUrl: 'https://api.tigerpaw.example',
    credentials: { publicKey: 'pub', privateKey: 'priv', soapUser: 'u', soapPassword: 'p' },
  },
]

/** An MSP with a connection of each PSA and one to Security Center, none of which is called. */
export async function connectPsas(
  stack: Stack,
  { people = [], isAutotaskThere = true }: { people?: Someone[]; isAutotaskThere?: boolean } = {},
): Promise<void> {
  await emptied(stack.db())
  await savePsas(stack, { people, isAutotaskThere })
}

/** As `connectPsas`, with everything else left as it is. */
export async function savePsas(
  stack: Stack,
  { people, isAutotaskThere }: { people: Someone[]; isAutotaskThere: boolean },
): Promise<void> {
  await configure(await stack.deps(), {
    version: 1,
    settings: { timeZone: 'UTC', dailyRunAt: '03:00', approval: 'automatic' },
    connections: [...(isAutotaskThere ? [autotask] : []), ...others],
    people,
    companies: [],
    products: [],
  })
}
