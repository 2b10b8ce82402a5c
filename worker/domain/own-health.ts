/** What is known of how tallypod itself is doing. */
export interface HealthFacts {
  /** The last run that ended; null where none ever did. */
  run: {
    day: string
    state: 'done' | 'done_with_problems' | 'failed'
    problems: number
    held: number
    failed: number
  } | null
  /** Sources that said nothing for longer than their connections allow. */
  silent: { name: string; since: string }[]
  /** Changes that have been waiting for a person for two days or more. */
  waiting: number
}

/** What somebody has to look at, in words; empty where all is well. */
export function healthProblems({ run, silent, waiting }: HealthFacts): string[] {
  return [
    ...(run === null || run.state === 'done' ? [] : [runProblem(run)]),
    ...silent.map(
      ({ name, since }) =>
        `${name} has said nothing new since ${since}; bills that depend on it stay as they are.`,
    ),
    ...(waiting === 0
      ? []
      : [
          `${waiting === 1 ? 'One change has' : `${waiting} changes have`} been waiting for a person for two days or more.`,
        ]),
  ]
}

function runProblem({ day, state, problems, held, failed }: NonNullable<HealthFacts['run']>): string {
  const parts = [
    ...(problems > 0 ? [`${problems} problem${problems === 1 ? '' : 's'}`] : []),
    ...(held > 0 ? [`${held} held change${held === 1 ? '' : 's'}`] : []),
    ...(failed > 0 ? [`${failed} failed change${failed === 1 ? '' : 's'}`] : []),
  ]
  const what = state === 'failed' ? 'was given up' : 'ended with problems'
  return `The run of ${day} ${what}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}.`
}
