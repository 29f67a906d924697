/** Regions for which AWS keeps no last accessed data. Source: IAM User Guide, "Refine permissions using last accessed information", table of Regions. */
export const untrackedRegions: readonly string[] = [
  'ca-west-1',
  'mx-central-1',
  'ap-east-2',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
];

/** When the table of Regions was taken, `YYYY-MM`. */
export const trackedRegionsDate = '2026-09';

/** Since when AWS keeps last accessed data of a Region, by its name: the day that the same table gives. A Region that is not here is not tracked. */
export const trackedRegions: Readonly<Record<string, string>> = {
  'af-south-1': '2020-04-22',
  'ap-east-1': '2019-04-24',
  'ap-northeast-1': '2015-10-01',
  'ap-northeast-2': '2016-01-06',
  'ap-northeast-3': '2018-02-11',
  'ap-south-1': '2016-06-27',
  'ap-south-2': '2022-11-22',
  'ap-southeast-1': '2015-10-01',
  'ap-southeast-2': '2015-10-01',
  'ap-southeast-3': '2021-12-13',
  'ap-southeast-4': '2023-01-23',
  'ca-central-1': '2017-10-28',
  'eu-central-1': '2015-10-01',
  'eu-central-2': '2022-11-08',
  'eu-north-1': '2018-12-12',
  'eu-south-1': '2020-04-28',
  'eu-south-2': '2022-11-15',
  'eu-west-1': '2015-10-01',
  'eu-west-2': '2017-10-28',
  'eu-west-3': '2017-12-18',
  'il-central-1': '2023-08-01',
  'me-central-1': '2022-08-30',
  'me-south-1': '2019-07-29',
  'sa-east-1': '2015-12-11',
  'us-east-1': '2015-10-01',
  'us-east-2': '2017-10-27',
  'us-gov-east-1': '2023-07-01',
  'us-gov-west-1': '2023-07-01',
  'us-west-1': '2015-10-01',
  'us-west-2': '2015-10-01',
};

/** The partitions whose Regions that table names; in another one (`aws-cn`) no Region is tracked. */
export const trackedPartitions: readonly string[] = ['aws', 'aws-us-gov'];
