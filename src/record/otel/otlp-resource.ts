import { randomUUID } from 'node:crypto'
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { version } from '../../version.ts'
import { resource as names } from './semantic-conventions.ts'

const own = {
  [names.serviceName]: 'calltrail',
  [names.serviceVersion]: version,
  // Recorders run side by side: the sums of one must not be taken for those of another.
  [names.serviceInstance]: randomUUID(),
}

/** What all that is exported is said of: this process; the environment may name it otherwise. */
export function otlpResource(): Resource {
  return defaultResource()
    .merge(resourceFromAttributes(own))
    .merge(detectResources({ detectors: [envDetector] }))
}
