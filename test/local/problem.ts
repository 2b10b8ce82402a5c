/** Something that a person has to change before tallypod can run here, or run on; the message says what and how. */
export class LocalProblem extends Error {
  override name = 'LocalProblem'
}
