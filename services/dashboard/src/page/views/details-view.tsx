import type { RunDetails } from '../../api/types.js';
import type { RunData } from '../data/run-data.js';
import { Events } from './events.js';
import { Config } from './config.js';
import { Files } from './files.js';
import { Members } from './members.js';
import { Phases } from './phases.js';
import { Predictions } from './predictions.js';
import { Systems } from './systems.js';

/** Everything about a run that is below its curves and its network. */
export function DetailsView({ data, details }: { data: RunData; details: RunDetails }) {
  return (
    <>
      {details.systems.length > 0 && <Systems systems={details.systems} />}
      {details.pictures.length > 0 && <Predictions run={details.name} steps={details.pictures} />}
      <Phases phases={data.series.phases.value} />
      <div class="column">
        <Members members={data.members.value} alive={data.news.value?.status.alive === true} />
        <Files run={details.name} files={details.files} />
      </div>
      <Events events={data.events.value} />
      <Config text={details.config} />
    </>
  );
}
