import { afterEach, describe, expect, it } from 'vitest';
import { CLUSTER_VARIABLE, clusterAddresses, withCluster } from './connect-cluster.js';

afterEach(() => void delete process.env[CLUSTER_VARIABLE]);

describe('the cluster', () => {
  it('is that of the command line, else that of the environment, else none', () => {
    expect(clusterAddresses({})).toEqual([]);
    process.env[CLUSTER_VARIABLE] = 'a:1, b.example.org:2';
    expect(clusterAddresses({})).toEqual(['a:1', 'b.example.org:2']);
    expect(clusterAddresses({ outputGiven: true })).toEqual([]);
    expect(clusterAddresses({ cluster: '[::1]:3,unix:/run/one' })).toEqual(['[::1]:3', 'unix:/run/one']);
  });

  it.each(['', 'a', 'a:', 'a:1,', 'http://a:1', 'a b:1', 'a:123456'])('is not %j', (cluster) => {
    expect(() => clusterAddresses({ cluster })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject: '--cluster' }),
    );
  });

  it('has to be named where there is no other way', async () => {
    await expect(withCluster({}, () => Promise.resolve())).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      subject: '--cluster',
    });
  });
});
