import type { RunRecord, RunResult } from '@taskweave/runs';
import { candidateEdges } from '@taskweave/search-space';
import type { ApiEdge } from '../api/types.js';

/** The candidate edges of a run in edge order, and which of them its network kept; of a run without a search only those it has. */
export function shownEdges({ plan }: RunRecord, result: RunResult | undefined): ApiEdge[] {
  const kept = new Set(result?.edges.flatMap((direction) => direction.kept.map(({ id }) => id)));
  const known = new Set(
    result?.edges.flatMap((direction) => [...direction.kept, ...direction.dropped].map(({ id }) => id)),
  );
  const edges = candidates(plan).map((edge) =>
    result === undefined ? edge : { ...edge, kept: kept.has(edge.id) },
  );
  return plan.method === 'search' ? edges : edges.filter(({ id }) => known.has(id));
}

function candidates({ networks, spec }: RunRecord['plan']): ApiEdge[] {
  try {
    return candidateEdges(networks, spec.space);
  } catch {
    // Networks of a method without a search need not fit each other.
    return [];
  }
}
