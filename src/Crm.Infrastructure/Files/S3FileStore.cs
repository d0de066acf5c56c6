using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Crm.Application.Abstractions;
using Crm.Application.Files;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Files;

/// <summary>
/// Content in a bucket, as <c>&lt;tenant&gt;/&lt;id&gt;</c>. What arrives is gathered in the data folder first: a bucket wants to know size and digest
/// beforehand, a slow sender must not hold a connection to it, and a failed try can be repeated.
/// </summary>
internal sealed partial class S3FileStore : IFileStore, IDisposable
{
    private readonly AmazonS3Client _s3;
    private readonly string _bucket;
    private readonly ContentFolders _folders;
    private readonly ILogger<S3FileStore> _logger;

    public S3FileStore(S3Settings settings, ContentFolders folders, ILogger<S3FileStore> logger)
    {
        (_bucket, _folders, _logger) = (settings.Bucket, folders, logger);
        var config = new AmazonS3Config
        {
            ForcePathStyle = settings.PathStyle,
            AuthenticationRegion = settings.Region,
            Timeout = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxErrorRetry = 2,
            // Trailing checksums are Amazon's own; every other bucket understands a signed digest of the whole.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint) config.ServiceURL = endpoint.AbsoluteUri;
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(settings.Region);
        _s3 = new AmazonS3Client(new BasicAWSCredentials(settings.AccessKey, settings.SecretKey), config);
    }

    public Task PutAsync(ContentKey key, Stream content, CancellationToken ct) => GuardAsync(async () =>
    {
        var draft = await _folders.Own.DraftAsync(content, ct);
        try
        {
            await using var file = new FileStream(draft, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
            return await _s3.PutObjectAsync(new PutObjectRequest { BucketName = _bucket, Key = NameOf(key), InputStream = file, UseChunkEncoding = false, AutoCloseStream = false }, ct);
        }
        finally
        {
            ContentFolder.Discard(draft);
        }
    });

    public Task<Stream> OpenAsync(ContentKey key, long offset, long length, CancellationToken ct) => GuardAsync(async () =>
        (await _s3.GetObjectAsync(new GetObjectRequest { BucketName = _bucket, Key = NameOf(key), ByteRange = new ByteRange(offset, offset + length - 1) }, ct)).ResponseStream);

    public Task<bool> ExistsAsync(ContentKey key, CancellationToken ct) => GuardAsync(async () =>
    {
        try
        {
            await _s3.GetObjectMetadataAsync(_bucket, NameOf(key), ct);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    });

    public Task DeleteAsync(ContentKey key, CancellationToken ct) => GuardAsync(() => _s3.DeleteObjectAsync(_bucket, NameOf(key), ct));

    public void Dispose() => _s3.Dispose();

    private static string NameOf(ContentKey key) => $"{key.TenantId:N}/{key.Id:N}";

    private async Task<T> GuardAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (StoreFailure failure)
        {
            Failed(failure.InnerException!);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or TimeoutException)
        {
            Failed(e);
        }
        throw FileErrors.StoreUnavailable();
    }

    [LoggerMessage(LogLevel.Error, "The bucket of files failed")]
    private partial void Failed(Exception e);
}
