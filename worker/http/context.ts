import type { Deps } from '../deps.ts'
import type { Role } from '../domain/configuration.ts'
import type { Env } from '../env.ts'

/** Who calls. */
export interface Principal {
  role: Role
  /** As the audit trail names them. */
  who: string
}

export interface AppEnv {
  Bindings: Env
  Variables: {
    deps: Deps
    principal: Principal
  }
}
