using Crm.Application.Abstractions;
using Crm.Application.Checkouts;
using Crm.Application.Outbound;
using Crm.Application.Schedules;
using Crm.Application.Webhooks;
using Crm.Infrastructure.Bus;
using Crm.Infrastructure.Checkouts;
using Crm.Infrastructure.Email;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Identity.Issuers;
using Crm.Infrastructure.Notifications;
using Crm.Infrastructure.Outbound;
using Crm.Infrastructure.Reading;
using Crm.Infrastructure.Files;
using Crm.Infrastructure.Registry;
using Crm.Infrastructure.Schedules;
using Crm.Infrastructure.Streams;
using Crm.Infrastructure.Subscriptions;
using Crm.Infrastructure.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure;

/// <summary>The world outside: what is done after commit, and other systems, each off or harmless until configured.</summary>
public static class Integrations
{
    /// <summary>Registers the outbox worker, e-mail and whatever other systems the configuration names.</summary>
    /// <exception cref="Postgres.StartupException">A setting is missing or wrong.</exception>
    public static IServiceCollection AddIntegrations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<OutboxQueue>().AddSingleton<OutboxDelivery>().AddSingleton<OutboxDepth>().AddHostedService<OutboxWorker>();
        services.AddHostedService<LogPump>().AddHostedService<LogAnnouncer>().AddHostedService<OutboxTimer>();
        services.AddStreams(configuration).AddBus(configuration);
        services.AddScoped<IDeadLetters, DeadLetters>();
        services.AddSingleton<Recurring>().AddSingleton<ScheduleTable>().AddSingleton<TenantTurns>().AddSingleton<ScheduleRun>().AddSingleton<ScheduleGauges>().AddHostedService<ScheduleRunner>();
        services.AddSingleton<IScheduleBook, ScheduleBook>().AddSingleton(RetentionSettings.Read(configuration)).AddSingleton(PlanSettingsReader.Read(configuration));
        services.AddScoped<IWebhookStore, WebhookStore>().AddSingleton<WebhookSignal>().AddSingleton<WebhookQueue>().AddSingleton<WebhookMetrics>().AddSingleton<WebhookSender>().AddHostedService<WebhookWorker>();

        services.AddSingleton(SlowQuerySettings.Read(configuration));
        var files = FileSettings.Read(configuration);
        services.AddFileStore(files).AddSingleton(files.Rules).AddScoped<FileDrafts>().AddScoped<IFileDrafts>(p => p.GetRequiredService<FileDrafts>());
        services.AddSingleton<FileSweep>().AddHostedService(p => p.GetRequiredService<FileSweep>());

        services.AddSingleton(new OutboundGuard(OutboundSettings.Read(configuration))).AddSingleton<IOutboundHttp, OutboundHttp>();

        services.AddHostedService<WarmUp>();

        var stripe = StripeSettings.Read(configuration);
        var gateway = StripeGateway.NewHttp();
        services.AddSingleton(StripeSettings.Platform(configuration)).AddSingleton<IPaymentGateway>(p => new StripeGateway(gateway, stripe, p.GetRequiredService<TimeProvider>()));
        services.AddScoped<IPaymentAccounts, PaymentAccounts>().AddScoped<ICheckouts, CheckoutStore>();

        var email = EmailSettings.Read(configuration);
        services.AddSingleton(email);
        if (email.Host is null) services.AddSingleton<IEmailSender, FileEmailSender>();
        else services.AddSingleton<IEmailSender, SmtpEmailSender>();

        // Asks for key sets: small answers, soon, from where it was told and nowhere else.
        var keySets = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2), AllowAutoRedirect = false, UseCookies = false })
        {
            Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 1 << 20,
        };
        var issuers = IssuerSettings.Read(configuration);
        services.AddSingleton<IOutsideTokens>(p => new OutsideTokens(issuers, keySets, p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<OutsideTokens>>()));
        services.AddSingleton<IWebLinks>(new WebLinks(configuration));

        if (RegistrySettings.Read(configuration) is { } registry)
        {
            var http = HttpRegistryClient.NewHttp();
            services.AddSingleton<IRegistryClient>(p => new HttpRegistryClient(http, registry, p.GetRequiredService<TimeProvider>()));
        }
        if (SmsSettings.Read(configuration) is { } sms)
        {
            var http = HttpSmsSender.NewHttp(sms);
            services.AddSingleton<ISmsSender>(new HttpSmsSender(http, sms));
        }
        else services.AddSingleton<ISmsSender, NoSmsSender>();
        return services;
    }

    /// <summary>Where the content of files lies.</summary>
    internal static IServiceCollection AddFileStore(this IServiceCollection services, FileSettings files)
    {
        services.AddSingleton<ContentFolders>();
        return files.S3 is { } bucket ? services.AddSingleton(bucket).AddSingleton<IFileStore, S3FileStore>() : services.AddSingleton<IFileStore, LocalFileStore>();
    }
}
