using AutoMapper;
using AutoMapper.Configuration;
using Crm.Application.Abstractions;
using Crm.Application.Resources;

namespace Crm.Application.Tests.Abstractions;

public sealed class StateMappingTests
{
    private static readonly IConfigurationProvider Configuration = Configure();

    [Fact]
    public void Every_member_of_every_state_is_mapped() => Configuration.AssertConfigurationIsValid();

    /// <summary>Why the advisory on unbounded recursion does not concern us: no mapped type contains itself.</summary>
    [Fact]
    public void No_map_refers_to_itself()
    {
        foreach (var map in Configuration.GetAllTypeMaps())
            map.DestinationType.GetProperties().ShouldAllBe(p => p.PropertyType != map.DestinationType && p.PropertyType != map.SourceType);
        Configuration.GetAllTypeMaps().ShouldNotBeEmpty();
    }

    private static MapperConfiguration Configure()
    {
        var expression = new MapperConfigurationExpression();
        ((System.Collections.IList)((IProfileConfiguration)expression).SourceExtensionMethods).Clear();
        foreach (var profile in typeof(Resource).Assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsSubclassOf(typeof(Profile)))) expression.AddProfile(profile);
        return new MapperConfiguration(expression);
    }
}
