import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { LocalProblem } from './problem.ts'

/** What the Worker cannot do without, and a command that makes it. */
const required = [
  {
    name: 'ADMIN_TOKEN',
    fits: /^.{32,}$/,
    needs: 'at least 32 characters',
    make: `node -p "'ADMIN_TOKEN=' + require('crypto').randomBytes(32).toString('hex')" >> .dev.vars`,
  },
  {
    name: 'CREDENTIALS_KEY',
    fits: /^[A-Za-z0-9+/]{43}=$/,
    needs: '32 random bytes in Base64',
    make: `node -p "'CREDENTIALS_KEY=' + require('crypto').randomBytes(32).toString('base64')" >> .dev.vars`,
  },
  {
    name: 'SESSION_KEY',
    fits: /^.+$/,
    needs: 'any long random text',
    make: `node -p "'SESSION_KEY=' + require('crypto').randomBytes(32).toString('base64')" >> .dev.vars`,
  },
]

/** Every setting that a local Worker may be given from outside. */
export const settingNames = [
  ...required.map(({ name }) => name),
  'LEASE_SECONDS',
  'ACCESS_TEAM_DOMAIN',
  'ACCESS_AUD',
  'ALLOW_INSECURE_UPSTREAMS',
]

/**
 * The Worker's settings from the environment, then from a `.dev.vars` file. A name that is set but empty in the
 * environment counts as absent, whatever the file says.
 *
 * @throws LocalProblem naming every setting that is missing or wrong, never its value
 */
export function localSettings(
  environment: Record<string, string | undefined>,
  devVarsFile: string,
): Record<string, string> {
  const file = devVars(devVarsFile)
  const names = new Set([...settingNames, ...Object.keys(file)])
  const settings = Object.fromEntries(
    [...names].flatMap((name) => {
      const value = environment[name] ?? file[name] ?? ''
      return value === '' ? [] : [[name, value]]
    }),
  )

  const wrong = required.filter(({ name, fits }) => !fits.test(settings[name] ?? ''))
  if (wrong.length === 0) return settings
  throw new LocalProblem(
    [
      ...wrong.map(({ name, needs }) =>
        settings[name] === undefined ? `${name} is missing.` : `${name} does not fit: it must be ${needs}.`,
      ),
      'Set what is named above in the environment or in the file .dev.vars, for instance with:',
      ...wrong.map(({ make }) => `  ${make}`),
    ].join('\n'),
  )
}

/** Empty where there is no such file. */
function devVars(file: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}
