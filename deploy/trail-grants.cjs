// What the reviewing functions may do with the organization's trail in Athena: nothing, unless `sources.replay` names it.
// Source: Athena User Guide, "Control access to Amazon S3 from Athena" and "Access control for the Glue Data Catalog".
const keys = require('./keys.cjs');

const sub = (text) => ({ 'Fn::Sub': text });
const glue = (name) => sub(`arn:\${AWS::Partition}:glue:\${AWS::Region}:\${AWS::AccountId}:${name}`);
const bucketOf = (location) => location.split('/')[2];
const folderOf = (location) => location.split('/').slice(3).join('/');
const s3 = (name) => sub(`arn:\${AWS::Partition}:s3:::${name}`);
const objectsIn = (location) => s3(`${bucketOf(location)}/${folderOf(location)}*`);

/** A resource that exists where the trail is named. */
const ofTrail =
  (value) =>
  ({ sources: { replay } }) =>
    replay === null ? [] : value(replay);

const resources = {
  trailWorkgroup: {
    words: '`sources.replay.workgroup`, if given',
    value: ofTrail(({ workgroup }) =>
      sub(`arn:\${AWS::Partition}:athena:\${AWS::Region}:\${AWS::AccountId}:workgroup/${workgroup}`),
    ),
  },
  trailTable: {
    words: 'the table of `sources.replay`, its database and the catalog, if given',
    value: ofTrail(({ database, table }) =>
      ['catalog', `database/${database}`, `table/${database}/${table}`].map(glue),
    ),
  },
  trailObjects: {
    words: 'objects below `sources.replay.trailLocation`, if given',
    value: ofTrail(({ trailLocation }) => objectsIn(trailLocation)),
  },
  trailBuckets: {
    words: 'the buckets of `sources.replay`, if given',
    value: ofTrail(({ outputLocation, trailLocation }) =>
      [...new Set([trailLocation, outputLocation].filter((each) => each !== null).map(bucketOf))].map(s3),
    ),
  },
  trailResults: {
    words: 'objects below `sources.replay.outputLocation`, if given',
    value: ofTrail(({ outputLocation }) => (outputLocation === null ? [] : objectsIn(outputLocation))),
  },
  trailKeys: {
    words: '`sources.replay.keyArns` if given, by Amazon S3',
    value: ofTrail(({ keyArns }) => keyArns),
  },
};

/** The grants of functions that query the trail. */
const grants = (functions) => [
  {
    sid: 'QueryTrail',
    functions,
    actions: ['athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:StartQueryExecution'],
    on: 'trailWorkgroup',
  },
  {
    sid: 'SeeTrailTable',
    functions,
    actions: ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable'],
    on: 'trailTable',
  },
  { sid: 'ReadTrail', functions, actions: 's3:GetObject', on: 'trailObjects' },
  {
    sid: 'ListTrailBuckets',
    functions,
    actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
    on: 'trailBuckets',
  },
  {
    sid: 'KeepTrailResults',
    functions,
    actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
    on: 'trailResults',
  },
  {
    sid: 'UseTrailKeys',
    functions,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    on: 'trailKeys',
    condition: keys.viaService('s3'),
  },
];

module.exports = { grants, resources };
