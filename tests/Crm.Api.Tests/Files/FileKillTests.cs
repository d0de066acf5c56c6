using System.Net;
using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Infrastructure.Files;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Files;

/// <summary>Drill: the service is killed while files stream in. What was acknowledged is whole, no record lacks its content, and what was cut off is swept.</summary>
public sealed class FileKillTests(CrmApi api)
{
    private const int Kills = 6, Streaming = 3, Small = 400_000;

    [Fact]
    public async Task Killed_while_files_stream_in_it_keeps_every_acknowledged_one_and_sweeps_the_rest()
    {
        await using var service = await ServiceProcess.StartAsync(("Postgres__Fsync", "false"));
        var owner = await service.Api.RegisterAsync();
        var lead = await owner.LeadAsync();
        var uploads = Uploads.Begin(service, owner, lead, workers: 3, bytes: (1, Small));
        for (var kill = 0; kill < Kills; kill++)
        {
            await uploads.MoreAsync(5);
            var before = Halves(service);
            var streaming = Enumerable.Range(0, Streaming).Select(_ => StreamAsync(service.Api.As(owner.Token), lead)).ToList();
            await Eventually.Async(() => Task.FromResult(Halves(service) >= before + Streaming), "the uploads have not begun");
            // The service alone, whose PostgreSQL goes on; or everything, as a power cut does.
            if (kill % 2 == 0) await service.KillServiceAsync();
            else await service.KillAsync();
            await Task.WhenAll(streaming);
            await service.StartAsync();
        }
        await uploads.MoreAsync(5);
        await uploads.StopAsync();
        await uploads.VerifyAsync();
        Halves(service).ShouldBe(Kills * Streaming);
        var left = Parts(service).Length;

        // A day later.
        var clock = new SettableClock();
        clock.Jump(TimeSpan.FromHours(25));
        var database = await service.DatabaseAsync();
        await using (var later = new ConfiguredApi(api, services => ConfiguredApi.Tells(services, clock), ("ConnectionStrings:Crm", database), ("CRM_DATA_DIR", service.Folder)))
            await later.Services.GetRequiredService<FileSweep>().RunAsync(CancellationToken.None);

        Parts(service).ShouldBeEmpty();
        Stored(service).ShouldBe(uploads.Files.Select(id => id.ToString("N")), ignoreOrder: true);
        await using var connection = new NpgsqlConnection(database);
        (await connection.QueryAsync<Guid>("select id from crm.file_drafts")).ShouldBeEmpty();
        await uploads.VerifyAsync();
        await service.VerifiedAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills with {Streaming} uploads half-way each; {uploads}; 0 lost, 0 doubled, 0 without content; {left} parts left behind and swept.");
    }

    /// <summary>An upload that does not end before somebody ends it.</summary>
    private static async Task StreamAsync(ApiClient caller, Guid lead)
    {
        using var form = new MultipartFormDataContent { { new StringContent(lead.ToString()), "leadId" }, { new SlowContent(), "file", "slow.bin" } };
        await Should.ThrowAsync<HttpRequestException>(() => caller.PostAsync("/files", form));
    }

    /// <summary>Content that is on its way in, or was when the service died.</summary>
    private static FileInfo[] Parts(ServiceProcess service) => new DirectoryInfo(Path.Combine(service.Folder, "files", "drafts")) is { Exists: true } drafts ? drafts.GetFiles() : [];

    /// <summary>How much of it is of the uploads that never end.</summary>
    private static int Halves(ServiceProcess service) => Parts(service).Count(f => f.Exists && f.Length > Small);

    private static IEnumerable<string> Stored(ServiceProcess service) =>
        Directory.GetDirectories(Path.Combine(service.Folder, "files")).Where(f => Path.GetFileName(f) != "drafts").SelectMany(f => Directory.GetFiles(f, "*", SearchOption.AllDirectories)).Select(f => Path.GetFileName(f));

    /// <summary>As much as a file may have, in small pieces: fast enough not to be cut off, and too slow to arrive.</summary>
    private sealed class SlowContent : HttpContent
    {
        private const int Pieces = 1_500;
        private static readonly byte[] Piece = new byte[16_384];

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            for (var i = 0; i < Pieces; i++)
            {
                await stream.WriteAsync(Piece);
                await stream.FlushAsync();
                await timer.WaitForNextTickAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = (long)Pieces * Piece.Length;
            return true;
        }
    }
}
