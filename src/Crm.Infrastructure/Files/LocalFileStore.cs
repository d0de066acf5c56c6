using Crm.Application.Abstractions;
using Crm.Application.Files;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Files;

/// <summary>Content in <c>files/</c> of the data folder: what happens until a bucket is configured.</summary>
internal sealed partial class LocalFileStore(ContentFolders folders, ILogger<LocalFileStore> logger) : IFileStore
{
    public Task PutAsync(ContentKey key, Stream content, CancellationToken ct) => GuardAsync(async () =>
    {
        var draft = await folders.Own.DraftAsync(content, ct);
        try
        {
            folders.Own.Keep(draft, key);
        }
        catch
        {
            ContentFolder.Discard(draft);
            throw;
        }
        return true;
    });

    public Task<Stream> OpenAsync(ContentKey key, long offset, long length, CancellationToken ct) => GuardAsync(() => Task.FromResult(ContentFolder.Try<Stream>(() =>
    {
        var file = new FileStream(folders.Own.PathOf(key), new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        file.Seek(offset, SeekOrigin.Begin);
        return file;
    })));

    public Task<bool> ExistsAsync(ContentKey key, CancellationToken ct) => Task.FromResult(File.Exists(folders.Own.PathOf(key)));

    public Task DeleteAsync(ContentKey key, CancellationToken ct) => GuardAsync(() => Task.FromResult(ContentFolder.Try(() =>
    {
        var path = folders.Own.PathOf(key);
        if (File.Exists(path)) File.Delete(path);
        return true;
    })));

    private async Task<T> GuardAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (StoreFailure failure)
        {
            Failed(failure.InnerException!);
            throw FileErrors.StoreUnavailable();
        }
    }

    [LoggerMessage(LogLevel.Error, "The file store failed")]
    private partial void Failed(Exception e);
}

/// <summary>The folder of this instance, opened with its first use.</summary>
internal sealed class ContentFolders(IConfiguration configuration)
{
    private readonly Lazy<ContentFolder> _own = new(() => ContentFolder.Try(() => new ContentFolder(DataFolder.Open(configuration).Folder("files"))), LazyThreadSafetyMode.PublicationOnly);

    public ContentFolder Own => _own.Value;
}
