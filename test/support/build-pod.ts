import { buildPod } from '../local/build-pod.ts'

/** Has the pod built before all tests. */
export default function setup(): void {
  buildPod()
}
